using Brim.Core.IR;

namespace Brim.Import.Onnx.Ops;

/// <summary>Squeeze: drops the stated dimensions of 1, or all of them; the axes are an attribute up to opset 12, an operand from 13 on.</summary>
internal sealed class SqueezeMapping() : NodeMapping("Squeeze", ["axes"])
{
    /// <inheritdoc/>
    public override CodeUse CodeUse => CodeUse.Moves;

    /// <inheritdoc/>
    public override void Map(NodeContext context)
    {
        if (!context.HasOperands(1, 2))
            return;
        var x = context.Input(0);
        var stated = context.Optional(1) is not null ? context.Integers(1, "axes") : context.Ints("axes") ?? [];
        if (stated is not { } list)
            return;
        var axes = new HashSet<int>();
        foreach (var a in list)
        {
            if (context.Axis(a, x.Shape.Rank) is not { } axis)
                return;
            if (x.Shape[axis] != 1)
            {
                context.Report(ImportDiagnostics.BadOperands, $"dimension {axis} of {x} [{x.Shape}] is not 1");
                return;
            }
            axes.Add(axis);
        }
        Reshaping.To(context, x, new Shape([.. x.Shape.Dimensions.Where((n, d) => list.IsEmpty ? n != 1 : !axes.Contains(d))]));
    }
}
