using System.Collections.Immutable;
using System.Numerics;
using Brim.Core.Diagnostics;
using Brim.Core.Numerics;

namespace Brim.Core.IR.Ops;

/// <summary>Mean over some dimensions. Operand: x.</summary>
/// <param name="Axes">The dimensions, each in 0 .. rank - 1, ascending, without repetition.</param>
/// <param name="KeepDims">True: reduced dimensions stay as 1.</param>
public sealed record Mean(ImmutableArray<int> Axes, bool KeepDims) : Op
{
    /// <inheritdoc/>
    public override string Mnemonic => "mean";

    /// <inheritdoc/>
    public override string Attributes => $"axes={string.Join(',', Axes)} keepdims={KeepDims}";

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
    public override void Verify(Graph graph, Node node, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(node);
        if (TypeRules.ClassifyActivations(node, diagnostics, TypeRules.AllTypes(graph, node)) == OperandClass.Quantized)
            TypeRules.RequireFactor(node, diagnostics, Quantize.Factor(graph.TypeOf(node.Inputs[0]), graph.TypeOf(node.Output)));
    }

    /// <inheritdoc/>
    public override void Evaluate(EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (x, y) = (context.Input(0), context.OutputType);
        var groups = IndexMap.Reduce(x.Type.Shape, Axes.AsSpan());
        var result = Tensor.Zeros(y);
        var count = y.Shape.ElementCount == 0 ? 0 : (int)(x.Type.Shape.ElementCount / y.Shape.ElementCount);
        if (y.Element.IsFloat)
        {
            for (var i = 0; i < groups.Length; i++)
                result.Floats[groups[i]] += x.Floats[i];
            for (var i = 0; i < result.Floats.Length; i++)
                result.Floats[i] /= count;
        }
        else
        {
            var factor = Factor(x.Type, y, count);
            var range = CodeRange.Of(y.Element);
            var sums = result.Codes;
            for (var i = 0; i < groups.Length; i++)
                sums[groups[i]] += x.Codes[i];
            for (var i = 0; i < sums.Length; i++)
            {
                var sum = sums[i] - (x.Type.Quant!.ZeroPoint * count);
                sums[i] = range.Clamp(FixedPoint.MultiplyByQuantizedMultiplier(sum, factor) + y.Quant!.ZeroPoint);
            }
        }
        context.SetOutput(result);
    }

    /// <summary>
    /// The factor from a sum of offset codes to the result: x scale / y scale divided by the number of elements on the integer fraction, as
    /// TFLite does, not on the real ratio.
    /// </summary>
    /// <param name="x">Operand.</param>
    /// <param name="y">Result.</param>
    /// <param name="count">Elements of x that go into one of y.</param>
    public static QuantizedMultiplier Factor(TensorType x, TensorType y, int count)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        var ratio = Quantize.Factor(x, y);
        // As many bits as the division loses, but no right shift beyond 31.
        var shift = Math.Min(Math.Min(BitOperations.Log2((uint)count), 32), 31 + ratio.Shift);
        return new QuantizedMultiplier((int)(((long)ratio.Multiplier << shift) / count), ratio.Shift - shift);
    }

    /// <inheritdoc/>
    public bool Equals(Mean? other) => other is not null && KeepDims == other.KeepDims && Axes.AsSpan().SequenceEqual(other.Axes.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(KeepDims, new Shape(Axes));
}
