using System.Collections.Immutable;
using Brim.Core.IR;

namespace Brim.Import.Onnx.Ops;

/// <summary>Reshape: 0 copies a dimension (unless allowzero), at most one -1 follows from the rest.</summary>
internal sealed class ReshapeMapping() : NodeMapping("Reshape", ["allowzero"])
{
    /// <inheritdoc/>
    public override CodeUse CodeUse => CodeUse.Moves;

    /// <inheritdoc/>
    public override void Map(NodeContext context)
    {
        if (context.HasOperands(2, 2) && context.Integers(1, "target shape") is { } target && Resolve(context, target) is { } shape)
            Reshaping.To(context, context.Input(0), shape);
    }

    private static Shape? Resolve(NodeContext context, ImmutableArray<long> stated)
    {
        var x = context.Input(0).Shape;
        var elements = x.ElementCount;
        var copies = context.Int("allowzero", 0) == 0;
        var target = stated.Select((d, i) => d == 0 && copies && i < x.Rank ? x[i] : d).ToArray();
        var open = Array.IndexOf(target, -1);
        var stays = target.Where((_, i) => i != open).ToList();
        var known = stays.All(d => d >= 0) ? ConstantBudget.ElementCount(stays) ?? -1 : -1;
        var sound = target.Length <= ImportLimits.Rank && known >= 0;
        sound = sound && (open < 0 ? known == elements : known > 0 && elements % known == 0);
        if (sound)
            return new Shape([.. target.Select((d, i) => i == open ? (int)(elements / known) : (int)d)]);
        context.Report(ImportDiagnostics.BadOperands, $"{context.Input(0)} [{x}] cannot take the shape [{string.Join('x', stated.Take(ImportLimits.Rank + 1))}]");
        return null;
    }
}
