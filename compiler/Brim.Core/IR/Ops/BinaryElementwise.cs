using System.Collections.Immutable;
using Brim.Core.Diagnostics;

namespace Brim.Core.IR.Ops;

/// <summary>An operator on pairs of elements with numpy broadcasting: trailing dimensions are aligned, and a dimension of 1 repeats.</summary>
/// <param name="Activation">Fused clamp.</param>
public abstract record BinaryElementwise(Activation Activation) : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<Shape> InferShapes(ReadOnlySpan<TensorType?> operands, SourceLocation location, DiagnosticBag diagnostics)
    {
        if (!ShapeRules.HasOperands(this, operands, 2, 2, location, diagnostics))
            return [];
        var (a, b) = (operands[0]!.Shape, operands[1]!.Shape);
        return Broadcast(a, b) is { } shape
            ? [shape]
            : ShapeRules.Mismatch(this, location, diagnostics, $"[{a}] and [{b}] do not broadcast");
    }

    /// <summary>The common shape of two operands, or null.</summary>
    internal static Shape? Broadcast(Shape a, Shape b)
    {
        var dimensions = new int[Math.Max(a.Rank, b.Rank)];
        for (var i = 1; i <= dimensions.Length; i++)
        {
            var (p, q) = (i <= a.Rank ? a[-i] : 1, i <= b.Rank ? b[-i] : 1);
            if (p != q && p != 1 && q != 1)
                return null;
            dimensions[^i] = p == 1 ? q : p;
        }
        return new Shape([.. dimensions]);
    }
}
