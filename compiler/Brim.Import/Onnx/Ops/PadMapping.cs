using System.Collections.Immutable;
using Brim.Core.IR.Ops;

namespace Brim.Import.Onnx.Ops;

/// <summary>Pad with a constant; before opset 11 the margins and the value are attributes.</summary>
internal sealed class PadMapping() : NodeMapping("Pad", ["mode", "pads", "value"])
{
    /// <inheritdoc/>
    public override void Map(NodeContext context)
    {
        if (!context.HasOperands(1, 4))
            return;
        var x = context.Input(0);
        if (context.Text("mode", "constant") is not "constant" and var mode)
        {
            context.UnsupportedOption($"mode '{mode}' is not supported, supported is constant");
            return;
        }
        if (x.IsConstant)
        {
            context.Report(ImportDiagnostics.BadOperands, $"{x} is a constant");
            return;
        }
        var stated = context.InputCount > 1 ? context.Integers(1, "margins") : context.Ints("pads") ?? [];
        var value = context.Optional(2) is not null ? context.ConstantFloats(2, "value") : [context.Float("value", 0)];
        var axes = context.Optional(3) is not null ? context.Integers(3, "axes") : [.. Enumerable.Range(0, x.Shape.Rank).Select(d => (long)d)];
        if (stated is not { } margins || value is not { Length: 1 } || axes is not { } list)
            return;
        if (margins.Length != 2 * list.Length || margins.Any(m => m is < 0 or > ImportLimits.WindowSpan))
        {
            context.UnsupportedOption($"margins [{string.Join(',', margins)}] for {list.Length} axes are not supported; they must be two for each axis and not negative");
            return;
        }
        var (before, after) = (new int[x.Shape.Rank], new int[x.Shape.Rank]);
        for (var i = 0; i < list.Length; i++)
        {
            if (context.Axis(list[i], x.Shape.Rank) is not { } axis)
                return;
            (before[axis], after[axis]) = ((int)margins[i], (int)margins[i + list.Length]);
        }
        if (x.Order == StorageOrder.ChannelsLast)
            context.SetChannelsLast(context.Add(new Pad(Nhwc(before), Nhwc(after), value[0]), x.Id));
        else
            context.SetPlain(context.Add(new Pad([.. before], [.. after], value[0]), context.Session.Plain(x, context.Location)));
    }

    private static ImmutableArray<int> Nhwc(int[] nchw) => [nchw[0], nchw[2], nchw[3], nchw[1]];
}
