using Brim.Core.IR;

namespace Brim.Import.Onnx.Ops;

/// <summary>Unsqueeze: inserts dimensions of 1; the axes are an attribute up to opset 12, an operand from 13 on.</summary>
internal sealed class UnsqueezeMapping() : NodeMapping("Unsqueeze", ["axes"])
{
    /// <inheritdoc/>
    public override CodeUse CodeUse => CodeUse.Moves;

    /// <inheritdoc/>
    public override void Map(NodeContext context)
    {
        if (!context.HasOperands(1, 2))
            return;
        var x = context.Input(0);
        if ((context.Optional(1) is not null ? context.Integers(1, "axes") : context.Ints("axes") ?? []) is not { } list)
            return;
        var rank = x.Shape.Rank + list.Length;
        if (rank > ImportLimits.Rank)
        {
            context.Report(ImportDiagnostics.LimitExceeded, $"the result has {rank} dimensions, supported are up to {ImportLimits.Rank}");
            return;
        }
        var axes = new HashSet<int>();
        foreach (var a in list)
        {
            if (context.Axis(a, rank) is not { } axis)
                return;
            if (!axes.Add(axis))
            {
                context.Report(ImportDiagnostics.BadOperands, $"axis {axis} is stated twice");
                return;
            }
        }
        var old = new Queue<int>(x.Shape.Dimensions);
        Reshaping.To(context, x, new Shape([.. Enumerable.Range(0, rank).Select(d => axes.Contains(d) ? 1 : old.Dequeue())]));
    }
}
