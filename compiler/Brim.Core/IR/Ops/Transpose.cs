using System.Collections.Immutable;
using Brim.Core.Diagnostics;

namespace Brim.Core.IR.Ops;

/// <summary>Reorders dimensions: result dimension i is operand dimension Permutation[i]. Operand: x.</summary>
/// <param name="Permutation">A permutation of 0 .. rank - 1.</param>
public sealed record Transpose(ImmutableArray<int> Permutation) : Op
{
    /// <inheritdoc/>
    public override string Mnemonic => "transpose";

    /// <inheritdoc/>
    public override string Attributes => $"permutation={string.Join(',', Permutation)}";

    /// <inheritdoc/>
    public override ImmutableArray<Shape> InferShapes(ReadOnlySpan<TensorType?> operands, SourceLocation location, DiagnosticBag diagnostics)
    {
        if (!ShapeRules.HasOperands(this, operands, 1, 1, location, diagnostics))
            return [];
        var x = operands[0]!.Shape;
        return Permutation.Order().SequenceEqual(Enumerable.Range(0, x.Rank))
            ? [new Shape([.. Permutation.Select(d => x[d])])]
            : ShapeRules.Mismatch(this, location, diagnostics, $"{string.Join(',', Permutation)} is no permutation of the dimensions of [{x}]");
    }

    /// <inheritdoc/>
    public override void Verify(Graph graph, Node node, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(node);
        TypeRules.RequireEqual(node, diagnostics, TypeRules.AllTypes(graph, node));
    }

    /// <inheritdoc/>
    public override void Evaluate(EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var x = context.Input(0);
        var strides = x.Type.Shape.Strides();
        var permuted = Permutation.Select(d => strides[d]).ToArray();
        context.SetOutput(x.Gather(context.OutputType, IndexMap.Strided(context.OutputType.Shape, permuted)));
    }

    /// <inheritdoc/>
    public bool Equals(Transpose? other) => other is not null && Permutation.AsSpan().SequenceEqual(other.Permutation.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => new Shape(Permutation).GetHashCode();
}
