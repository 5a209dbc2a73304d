using System.Collections.Immutable;
using Brim.Core.Diagnostics;
using Brim.Core.Numerics;

namespace Brim.Core.IR.Ops;

/// <summary>
/// Matrix product with constant or computed weights. Operands: x with a multiple of K elements, read as [rows, K]; w [Cout, K]; bias [Cout], optional.
/// </summary>
/// <param name="Activation">Fused clamp.</param>
/// <param name="Requantization">How the accumulator becomes a code; meaningless for floats.</param>
/// <param name="KeepDims">True: the result keeps the leading dimensions of x, whose last one is K. False: the result is [rows, Cout].</param>
public sealed record FullyConnected(Activation Activation, Requantization Requantization, bool KeepDims) : Op
{
    /// <summary>If true, the input's zero point has been folded into the bias: acc = bias + sum of w * q.</summary>
    public bool ZeroPointFolded { get; init; }

    /// <inheritdoc/>
    public override string Mnemonic => "fully_connected";

    /// <inheritdoc/>
    public override string Attributes => $"act={Activation} requant={Requantization} keepdims={KeepDims} folded={ZeroPointFolded}";

    /// <inheritdoc/>
    public override ImmutableArray<Shape> InferShapes(ReadOnlySpan<TensorType?> operands, SourceLocation location, DiagnosticBag diagnostics)
    {
        if (!ShapeRules.HasOperands(this, operands, 2, 3, location, diagnostics))
            return [];
        var (x, w) = (operands[0]!.Shape, operands[1]!.Shape);
        if (w.Rank != 2 || w[1] == 0)
            return ShapeRules.Mismatch(this, location, diagnostics, $"weights [{w}] must be [outputs, inputs]");
        if (!ShapeRules.BiasFits(this, operands, w[0], location, diagnostics))
            return [];
        if (KeepDims ? x.Rank == 0 || x[-1] != w[1] : x.ElementCount % w[1] != 0)
            return ShapeRules.Mismatch(this, location, diagnostics, $"input [{x}] is not made of rows of {w[1]}");
        return KeepDims
            ? [new Shape([.. x.Dimensions[..^1], w[0]])]
            : [new Shape([(int)(x.ElementCount / w[1]), w[0]])];
    }

    /// <inheritdoc/>
    public override void Verify(Graph graph, Node node, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(node);
        TypeRules.VerifyWeighted(graph, node, diagnostics, 0, (x, w, y) => Requantizer.ForFullyConnected(Requantization, x, w, y, y.Shape[-1], Activation));
    }

    /// <inheritdoc/>
    public override void Evaluate(EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Input(0).Type.Element.IsFloat)
            EvaluateFloat(context);
        else
            EvaluateInteger(context);
    }

    private void EvaluateInteger(EvaluationContext context)
    {
        var (x, w, bias, y) = (context.Input(0), context.Input(1), context.OptionalInput(2), context.OutputType);
        var (outputs, depth) = (w.Type.Shape[0], w.Type.Shape[1]);
        var inputs = ZeroPointFolded ? x.Codes : ConvolutionOperands.Offsets(x);
        var requantizers = Requantizer.ForFullyConnected(Requantization, x.Type.Quant!, w.Type.Quant!, y, outputs, Activation).AsSpan();
        var wide = ConvolutionOperands.AccumulatesWide(x, bias);
        var codes = new int[y.Shape.ElementCount];
        for (var i = 0; i < codes.Length; i++)
        {
            var (row, channel) = Math.DivRem(i, outputs);
            var from = inputs.AsSpan(row * depth, depth);
            var weights = w.Codes.AsSpan(channel * depth, depth);
            var first = bias?.CodeAt(channel) ?? 0;
            codes[i] = wide
                ? requantizers[channel].ToCode(first + DotProduct.Int64(from, weights))
                : requantizers[channel].ToCode((int)first + DotProduct.Int32(from, weights));
        }
        context.SetOutput(Tensor.FromCodes(y, codes));
    }

    private void EvaluateFloat(EvaluationContext context)
    {
        var (x, w, bias, y) = (context.Input(0), context.Input(1), context.OptionalInput(2), context.OutputType);
        var (outputs, depth) = (w.Type.Shape[0], w.Type.Shape[1]);
        var (low, high) = CodeRange.RealLimits(Activation);
        var values = new float[y.Shape.ElementCount];
        for (var i = 0; i < values.Length; i++)
        {
            var (row, channel) = Math.DivRem(i, outputs);
            var sum = DotProduct.Float32(x.Floats.AsSpan(row * depth, depth), w.Floats.AsSpan(channel * depth, depth));
            values[i] = MathF.Min(MathF.Max(sum + (bias?.Floats[channel] ?? 0), low), high);
        }
        context.SetOutput(Tensor.FromFloats(y, values));
    }

    /// <inheritdoc/>
    public override long MultiplyAccumulates(ReadOnlySpan<TensorType?> operands, ReadOnlySpan<TensorType> results) =>
        results[0].Shape.ElementCount * operands[1]!.Shape[1];
}
