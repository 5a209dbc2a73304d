using System.Collections.Immutable;
using Brim.Core.Diagnostics;
using Brim.Core.Numerics;

namespace Brim.Core.IR.Ops;

/// <summary>
/// 2-D convolution. Operands: x NHWC; w [Cout, Kh, Kw, Cin / groups]; bias [Cout], optional. The number of groups is Cin / w.Shape[3].
/// </summary>
/// <param name="Window">Strides, dilations, padding. Padding reads real zero (the input's zero point).</param>
/// <param name="Activation">Fused clamp.</param>
/// <param name="Requantization">How the accumulator becomes a code; meaningless for floats.</param>
public sealed record Conv2D(Window2D Window, Activation Activation, Requantization Requantization) : Op
{
    /// <summary>
    /// If true, the input's zero point has been folded into the bias: acc = bias + sum of w * q, and padding reads the code of real zero.
    /// </summary>
    public bool ZeroPointFolded { get; init; }

    /// <inheritdoc/>
    public override string Mnemonic => "conv2d";

    /// <inheritdoc/>
    public override string Attributes => $"{Window} act={Activation} requant={Requantization} folded={ZeroPointFolded}";

    /// <inheritdoc/>
    public override ImmutableArray<Shape> InferShapes(ReadOnlySpan<TensorType?> operands, SourceLocation location, DiagnosticBag diagnostics)
    {
        if (!ShapeRules.HasOperands(this, operands, 2, 3, location, diagnostics))
            return [];
        var (x, w) = (operands[0]!.Shape, operands[1]!.Shape);
        if (x.Rank != 4 || w.Rank != 4)
            return ShapeRules.Mismatch(this, location, diagnostics, $"input [{x}] and weights [{w}] must have 4 dimensions");
        if (w[3] == 0 || x[3] % w[3] != 0 || w[0] % (x[3] / w[3]) != 0)
            return ShapeRules.Mismatch(this, location, diagnostics, $"{x[3]} input channels and weights [{w}] form no whole number of groups");
        return ShapeRules.BiasFits(this, operands, w[0], location, diagnostics)
            ? ShapeRules.Windowed(this, x, Window, w[1], w[2], w[0], location, diagnostics)
            : [];
    }

    /// <inheritdoc/>
    public override void Verify(Graph graph, Node node, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(node);
        TypeRules.VerifyWeighted(graph, node, diagnostics, 0, (x, w, y) => Requantizer.ForConvolution(Requantization, x, w, y, y.Shape[-1], Activation));
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
        var zeroPoint = x.Type.Quant!.ZeroPoint;
        var image = ZeroPointFolded
            ? new PaddedImage<int>(x.Codes, x.Type.Shape, Window, zeroPoint)
            : new PaddedImage<int>(ConvolutionOperands.Offsets(x), x.Type.Shape, Window, 0);
        var requantizers = Requantizer.ForConvolution(Requantization, x.Type.Quant, w.Type.Quant!, y, y.Shape[3], Activation).AsSpan();
        // TFLite accumulates 16-bit activations in the width of the bias.
        var wide = bias?.Type.Element.Bits == 64;
        var taps = (Height: w.Type.Shape[1], Width: w.Type.Shape[2]);
        var depth = w.Type.Shape[3];
        var patch = new int[taps.Height * taps.Width * depth];
        var channelsPerGroup = y.Shape[3] / (x.Type.Shape[3] / depth);
        var codes = new int[y.Shape.ElementCount];
        for (var i = 0; i < codes.Length; i++)
        {
            var (pixel, channel) = Math.DivRem(i, y.Shape[3]);
            if (channel % channelsPerGroup == 0)
            {
                var (row, column) = Math.DivRem(pixel, y.Shape[2]);
                image.Gather(patch, row / y.Shape[1], row % y.Shape[1] * Window.StrideHeight, column * Window.StrideWidth,
                    Window, taps, channel / channelsPerGroup * depth);
            }
            var weights = w.Codes.AsSpan(channel * patch.Length, patch.Length);
            var first = bias?.CodeAt(channel) ?? 0;
            codes[i] = wide
                ? requantizers[channel].ToCode(first + DotProduct.Int64(patch, weights))
                : requantizers[channel].ToCode((int)first + DotProduct.Int32(patch, weights));
        }
        context.SetOutput(Tensor.FromCodes(y, codes));
    }

    private void EvaluateFloat(EvaluationContext context)
    {
        var (x, w, bias, y) = (context.Input(0), context.Input(1), context.OptionalInput(2), context.OutputType);
        var image = new PaddedImage<float>(x.Floats, x.Type.Shape, Window, 0);
        var (low, high) = CodeRange.RealLimits(Activation);
        var taps = (Height: w.Type.Shape[1], Width: w.Type.Shape[2]);
        var depth = w.Type.Shape[3];
        var patch = new float[taps.Height * taps.Width * depth];
        var channelsPerGroup = y.Shape[3] / (x.Type.Shape[3] / depth);
        var values = new float[y.Shape.ElementCount];
        for (var i = 0; i < values.Length; i++)
        {
            var (pixel, channel) = Math.DivRem(i, y.Shape[3]);
            if (channel % channelsPerGroup == 0)
            {
                var (row, column) = Math.DivRem(pixel, y.Shape[2]);
                image.Gather(patch, row / y.Shape[1], row % y.Shape[1] * Window.StrideHeight, column * Window.StrideWidth,
                    Window, taps, channel / channelsPerGroup * depth);
            }
            var sum = DotProduct.Float32(patch, w.Floats.AsSpan(channel * patch.Length, patch.Length));
            values[i] = MathF.Min(MathF.Max(sum + (bias?.Floats[channel] ?? 0), low), high);
        }
        context.SetOutput(Tensor.FromFloats(y, values));
    }

    /// <inheritdoc/>
    public override long MultiplyAccumulates(ReadOnlySpan<TensorType?> operands, ReadOnlySpan<TensorType> results)
    {
        var w = operands[1]!.Shape;
        return results[0].Shape.ElementCount * w[1] * w[2] * w[3];
    }
}
