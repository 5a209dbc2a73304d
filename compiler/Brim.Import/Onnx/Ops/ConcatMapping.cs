using System.Collections.Immutable;
using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Import.Onnx.Ops;

/// <summary>Concat along one axis; of constants it is computed.</summary>
internal sealed class ConcatMapping() : NodeMapping("Concat", ["axis"])
{
    // Where the dimensions of an NCHW image lie in NHWC.
    private static readonly int[] StoredAxis = [0, 3, 1, 2];

    /// <inheritdoc/>
    public override void Map(NodeContext context)
    {
        if (!context.HasOperands(Math.Max(context.InputCount, 1), int.MaxValue))
            return;
        var operands = Enumerable.Range(0, context.InputCount).Select(context.Input).ToList();
        if (context.Axis(context.Int("axis", 0), operands[0].Shape.Rank) is not { } axis)
            return;
        if (operands.All(o => o.IsConstant))
        {
            if (operands.Any(o => o.Constant!.Type.Element != operands[0].Constant!.Type.Element))
                context.Report(ImportDiagnostics.UnsupportedOnnxType, "the operands are of different element types");
            else
                context.SetConstant(context.Session.Evaluate(new Concat(axis, Activation.None), [.. operands.Select(o => o.Constant!)], context.Location));
            return;
        }
        if (!operands.All(context.IsFloat))
            return;
        if (operands.Any(o => !o.IsConstant && o.Order == StorageOrder.ChannelsLast) && operands.All(o => o.Shape.Rank == 4))
        {
            context.SetChannelsLast(Joined(context, StoredAxis[axis], operands.Select(o => context.Session.ChannelsLast(o, context.Location))));
            return;
        }
        context.SetPlain(Joined(context, axis, operands.Select(o => context.Session.Plain(o, context.Location))));
    }

    private static int? Joined(NodeContext context, int axis, IEnumerable<int?> operands) => context.Add(new Concat(axis, Activation.None), operands.ToArray());
}
