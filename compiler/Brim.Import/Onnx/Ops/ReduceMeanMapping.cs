using System.Collections.Immutable;
using Brim.Core.IR.Ops;

namespace Brim.Import.Onnx.Ops;

/// <summary>ReduceMean; the axes are an attribute up to opset 17, an operand from 18 on.</summary>
internal sealed class ReduceMeanMapping() : NodeMapping("ReduceMean", ["axes", "keepdims", "noop_with_empty_axes"])
{
    // Where the dimensions of an NCHW image lie in NHWC.
    private static readonly int[] StoredAxis = [0, 3, 1, 2];

    /// <inheritdoc/>
    public override void Map(NodeContext context)
    {
        if (!context.HasOperands(1, 2) || !context.IsFloat(context.Input(0)))
            return;
        var x = context.Input(0);
        var stated = context.Optional(1) is not null ? context.Integers(1, "axes") : context.Ints("axes") ?? [];
        if (stated is not { } list)
            return;
        if (list.IsEmpty && context.Int("noop_with_empty_axes", 0) != 0)
        {
            context.Set(x);
            return;
        }
        var axes = new SortedSet<int>();
        foreach (var a in list)
        {
            if (context.Axis(a, x.Shape.Rank) is not { } axis)
                return;
            axes.Add(axis);
        }
        if (list.IsEmpty)
            axes.UnionWith(Enumerable.Range(0, x.Shape.Rank));
        var keep = context.Int("keepdims", 1) != 0;
        if (x.Order == StorageOrder.ChannelsLast && (keep || (axes.Contains(2) && axes.Contains(3))))
        {
            var id = context.Add(new Mean([.. axes.Select(a => StoredAxis[a]).Order()], keep), x.Id);
            if (keep)
                context.SetChannelsLast(id);
            else
                context.SetPlain(id);
            return;
        }
        context.SetPlain(context.Add(new Mean([.. axes], keep), context.Session.Plain(x, context.Location)));
    }
}
