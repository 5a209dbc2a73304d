using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Import.Onnx.Ops;

/// <summary>Softmax along one axis; before opset 13 over all dimensions from the axis on, as one.</summary>
internal sealed class SoftmaxMapping() : NodeMapping("Softmax", ["axis"])
{
    // Where the dimensions of an NCHW image lie in NHWC.
    private static readonly int[] StoredAxis = [0, 3, 1, 2];

    /// <inheritdoc/>
    public override void Map(NodeContext context)
    {
        if (!context.HasOperands(1, 1) || !context.IsFloat(context.Input(0)))
            return;
        var x = context.Input(0);
        if (context.Axis(context.Int("axis", context.Opset < 13 ? 1 : -1), x.Shape.Rank) is not { } axis)
            return;
        if (context.Opset < 13 && axis < x.Shape.Rank - 1 && x.Shape.Dimensions.Skip(axis + 1).Any(d => d != 1))
        {
            Shape matrix = [x.Shape.Dimensions.Take(axis).Aggregate(1, (a, b) => a * b), x.Shape.Dimensions.Skip(axis).Aggregate(1, (a, b) => a * b)];
            var flat = context.Add(new Reshape(matrix), context.Session.Plain(x, context.Location));
            context.SetPlain(context.Add(new Reshape(x.Shape), context.Add(new Softmax(1), flat)));
        }
        else if (x.Order == StorageOrder.ChannelsLast)
            context.SetChannelsLast(context.Add(Along(StoredAxis[axis], 4), x.Id));
        else
            context.SetPlain(context.Add(Along(axis, x.Shape.Rank), context.Session.Plain(x, context.Location)));
    }

    private static Softmax Along(int axis, int rank) => new(1, axis == rank - 1 ? -1 : axis);
}
