using System.Collections.Immutable;
using Brim.Core.Diagnostics;

namespace Brim.Core.IR.Ops;

/// <summary>Mean over some dimensions. Operand: x.</summary>
/// <param name="Axes">The dimensions, each in 0 .. rank - 1, ascending, without repetition.</param>
/// <param name="KeepDims">True: reduced dimensions stay as 1.</param>
public sealed record Mean(ImmutableArray<int> Axes, bool KeepDims) : Op
{
    /// <inheritdoc/>
    public override string Mnemonic => "mean";

    /// <inheritdoc/>
    public override ImmutableArray<Shape> InferShapes(ReadOnlySpan<TensorType?> operands, SourceLocation location, DiagnosticBag diagnostics)
    {
        if (!ShapeRules.HasOperands(this, operands, 1, 1, location, diagnostics))
            return [];
        var x = operands[0]!.Shape;
        for (var i = 0; i < Axes.Length; i++)
        {
            if (Axes[i] < 0 || Axes[i] >= x.Rank || (i > 0 && Axes[i] <= Axes[i - 1]))
                return ShapeRules.Mismatch(this, location, diagnostics, $"axes {string.Join(',', Axes)} of [{x}] are not ascending dimensions");
            if (x[Axes[i]] == 0)
                return ShapeRules.Mismatch(this, location, diagnostics, $"mean of no elements along axis {Axes[i]} of [{x}]");
        }
        var dimensions = ImmutableArray.CreateBuilder<int>(x.Rank);
        for (var d = 0; d < x.Rank; d++)
        {
            if (!Axes.Contains(d))
                dimensions.Add(x[d]);
            else if (KeepDims)
                dimensions.Add(1);
        }
        return [new Shape(dimensions.ToImmutable())];
    }

    /// <inheritdoc/>
    public override void Evaluate(EvaluationContext context) => throw new NotImplementedException();

    /// <inheritdoc/>
    public bool Equals(Mean? other) => other is not null && KeepDims == other.KeepDims && Axes.AsSpan().SequenceEqual(other.Axes.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(KeepDims, new Shape(Axes));
}
