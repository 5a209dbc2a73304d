using System.Collections.Immutable;
using System.Globalization;
using Brim.Core.Diagnostics;

namespace Brim.Core.IR.Ops;

/// <summary>Surrounds a tensor with a constant. Operand: x. The result has the element type and quantization of x.</summary>
/// <param name="Before">Elements added before each dimension, at least 0.</param>
/// <param name="After">Elements added after each dimension, at least 0.</param>
/// <param name="PadValue">The constant: an integer code for integer tensors (the zero point for real zero), a real number for floats.</param>
public sealed record Pad(ImmutableArray<int> Before, ImmutableArray<int> After, double PadValue) : Op
{
    /// <inheritdoc/>
    public override string Mnemonic => "pad";

    /// <inheritdoc/>
    public override string Attributes => string.Create(CultureInfo.InvariantCulture, $"before={string.Join(',', Before)} after={string.Join(',', After)} value={PadValue:R}");

    /// <inheritdoc/>
    public override ImmutableArray<Shape> InferShapes(ReadOnlySpan<TensorType?> operands, SourceLocation location, DiagnosticBag diagnostics)
    {
        if (!ShapeRules.HasOperands(this, operands, 1, 1, location, diagnostics))
            return [];
        var x = operands[0]!.Shape;
        if (Before.Length != x.Rank || After.Length != x.Rank || Before.Any(n => n < 0) || After.Any(n => n < 0))
            return ShapeRules.Mismatch(this, location, diagnostics, $"padding ({string.Join(',', Before)}) ({string.Join(',', After)}) for [{x}]");
        return [new Shape([.. x.Dimensions.Select((n, d) => Before[d] + n + After[d])])];
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
        var (x, y) = (context.Input(0), context.OutputType);
        var strides = y.Shape.Strides();
        var result = Tensor.Filled(y, PadValue);
        var first = strides.Select((stride, d) => stride * Before[d]).Sum();
        x.ScatterTo(result, IndexMap.Strided(x.Type.Shape, strides.AsSpan(), first));
        context.SetOutput(result);
    }

    /// <inheritdoc/>
    public bool Equals(Pad? other) => other is not null && PadValue.Equals(other.PadValue)
        && Before.AsSpan().SequenceEqual(other.Before.AsSpan()) && After.AsSpan().SequenceEqual(other.After.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(PadValue, new Shape(Before), new Shape(After));
}
