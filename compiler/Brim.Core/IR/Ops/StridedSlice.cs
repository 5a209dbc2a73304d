using System.Collections.Immutable;
using Brim.Core.Diagnostics;

namespace Brim.Core.IR.Ops;

/// <summary>
/// Takes every stride-th element of each dimension. Operand: x. Ends and masks are resolved by the importer.
/// </summary>
/// <param name="Begin">First index of each dimension, within the operand.</param>
/// <param name="Strides">Step of each dimension, not 0; negative steps walk backwards.</param>
/// <param name="SlicedShape">Number of elements taken of each dimension.</param>
/// <param name="ResultShape">Shape of the result: <paramref name="SlicedShape"/>, perhaps with dimensions of 1 dropped or added.</param>
public sealed record StridedSlice(ImmutableArray<int> Begin, ImmutableArray<int> Strides, Shape SlicedShape, Shape ResultShape) : Op
{
    /// <inheritdoc/>
    public override string Mnemonic => "strided_slice";

    /// <inheritdoc/>
    public override string Attributes => $"begin={string.Join(',', Begin)} strides={string.Join(',', Strides)} sliced={SlicedShape} result={ResultShape}";

    /// <inheritdoc/>
    public override ImmutableArray<Shape> InferShapes(ReadOnlySpan<TensorType?> operands, SourceLocation location, DiagnosticBag diagnostics)
    {
        if (!ShapeRules.HasOperands(this, operands, 1, 1, location, diagnostics))
            return [];
        var x = operands[0]!.Shape;
        if (Begin.Length != x.Rank || Strides.Length != x.Rank || SlicedShape.Rank != x.Rank)
            return ShapeRules.Mismatch(this, location, diagnostics, $"{Begin.Length} begins, {Strides.Length} strides and sizes [{SlicedShape}] for [{x}]");
        for (var d = 0; d < x.Rank; d++)
        {
            if (SlicedShape[d] == 0)
                continue;
            var last = Begin[d] + ((SlicedShape[d] - 1L) * Strides[d]);
            if (Strides[d] == 0 || Begin[d] < 0 || Begin[d] >= x[d] || last < 0 || last >= x[d])
                return ShapeRules.Mismatch(this, location, diagnostics, $"indices {Begin[d]} to {last} step {Strides[d]} of dimension {d} of [{x}]");
        }
        return ResultShape.ElementCount == SlicedShape.ElementCount
            ? [ResultShape]
            : ShapeRules.Mismatch(this, location, diagnostics, $"result [{ResultShape}] of a slice [{SlicedShape}]");
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
        var steps = strides.Select((stride, d) => stride * Strides[d]).ToArray();
        var first = strides.Select((stride, d) => stride * Begin[d]).Sum();
        context.SetOutput(x.Gather(context.OutputType, IndexMap.Strided(SlicedShape, steps, first)));
    }

    /// <inheritdoc/>
    public bool Equals(StridedSlice? other) => other is not null && SlicedShape == other.SlicedShape && ResultShape == other.ResultShape
        && Begin.AsSpan().SequenceEqual(other.Begin.AsSpan()) && Strides.AsSpan().SequenceEqual(other.Strides.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(SlicedShape, ResultShape, Begin.Length);
}
