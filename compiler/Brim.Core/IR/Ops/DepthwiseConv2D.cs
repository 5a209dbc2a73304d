using System.Collections.Immutable;
using Brim.Core.Diagnostics;
using Brim.Core.Numerics;

namespace Brim.Core.IR.Ops;

/// <summary>
/// Depthwise 2-D convolution. Operands: x NHWC with C channels; w [1, Kh, Kw, C * multiplier]; bias [C * multiplier], optional. Output
/// channel c * multiplier + m reads input channel c.
/// </summary>
/// <param name="Window">Strides, dilations, padding. Padding reads real zero (the input's zero point).</param>
/// <param name="Activation">Fused clamp.</param>
/// <param name="Requantization">How the accumulator becomes a code; meaningless for floats.</param>
public sealed record DepthwiseConv2D(Window2D Window, Activation Activation, Requantization Requantization) : Op
{
    /// <summary>
    /// If true, the input's zero point has been folded into the bias: acc = bias + sum of w * q, and padding reads the code of real zero.
    /// </summary>
    public bool ZeroPointFolded { get; init; }

    /// <inheritdoc/>
    public override string Mnemonic => "depthwise_conv2d";

    /// <inheritdoc/>
    public override string Attributes => $"{Window} act={Activation} requant={Requantization} folded={ZeroPointFolded}";

    /// <inheritdoc/>
    public override ImmutableArray<Shape> InferShapes(ReadOnlySpan<TensorType?> operands, SourceLocation location, DiagnosticBag diagnostics)
    {
        if (!ShapeRules.HasOperands(this, operands, 2, 3, location, diagnostics))
            return [];
        var (x, w) = (operands[0]!.Shape, operands[1]!.Shape);
        if (x.Rank != 4 || w.Rank != 4 || w[0] != 1)
            return ShapeRules.Mismatch(this, location, diagnostics, $"input [{x}] must have 4 dimensions and weights [{w}] be 1xHxWxC");
        if (x[3] == 0 || w[3] == 0 || w[3] % x[3] != 0)
            return ShapeRules.Mismatch(this, location, diagnostics, $"{w[3]} output channels are no multiple of {x[3]} input channels");
        return ShapeRules.BiasFits(this, operands, w[3], location, diagnostics)
            ? ShapeRules.Windowed(this, x, Window, w[1], w[2], w[3], location, diagnostics)
            : [];
    }

    /// <inheritdoc/>
    public override void Verify(Graph graph, Node node, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(node);
        TypeRules.VerifyWeighted(graph, node, diagnostics, 3, (x, w, y) => Requantizer.ForConvolution(Requantization, x, w, y, y.Shape[-1], Activation));
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
        var channels = y.Shape[3];
        var repeat = channels / x.Type.Shape[3];
        var image = ZeroPointFolded
            ? new PaddedImage<int>(x.Codes, x.Type.Shape, Window, zeroPoint, repeat)
            : new PaddedImage<int>(ConvolutionOperands.Offsets(x), x.Type.Shape, Window, 0, repeat);
        var requantizers = Requantizer.ForConvolution(Requantization, x.Type.Quant, w.Type.Quant!, y, channels, Activation).AsSpan();
        var wide = ConvolutionOperands.AccumulatesWide(x, bias);
        var narrowSums = new int[channels];
        var wideSums = new long[channels];
        var codes = new int[y.Shape.ElementCount];
        for (var pixel = 0; pixel < codes.Length / channels; pixel++)
        {
            for (var c = 0; c < channels; c++)
            {
                wideSums[c] = bias?.CodeAt(c) ?? 0;
                narrowSums[c] = (int)wideSums[c];
            }
            for (var tap = 0; tap < w.Type.Shape[1] * w.Type.Shape[2]; tap++)
            {
                var from = PixelOf(image, y.Shape, pixel, tap, w.Type.Shape[2]);
                var weights = w.Codes.AsSpan(tap * channels, channels);
                if (wide)
                    DotProduct.AddProducts(wideSums, from, weights);
                else
                    DotProduct.AddProducts(narrowSums, from, weights);
            }
            for (var c = 0; c < channels; c++)
                codes[(pixel * channels) + c] = wide ? requantizers[c].ToCode(wideSums[c]) : requantizers[c].ToCode(narrowSums[c]);
        }
        context.SetOutput(Tensor.FromCodes(y, codes));
    }

    private void EvaluateFloat(EvaluationContext context)
    {
        var (x, w, bias, y) = (context.Input(0), context.Input(1), context.OptionalInput(2), context.OutputType);
        var channels = y.Shape[3];
        var image = new PaddedImage<float>(x.Floats, x.Type.Shape, Window, 0, channels / x.Type.Shape[3]);
        var (low, high) = CodeRange.RealLimits(Activation);
        var sums = new float[channels];
        var values = new float[y.Shape.ElementCount];
        for (var pixel = 0; pixel < values.Length / channels; pixel++)
        {
            Array.Clear(sums);
            for (var tap = 0; tap < w.Type.Shape[1] * w.Type.Shape[2]; tap++)
            {
                var from = PixelOf(image, y.Shape, pixel, tap, w.Type.Shape[2]);
                for (var c = 0; c < channels; c++)
                    sums[c] += from[c] * w.Floats[(tap * channels) + c];
            }
            for (var c = 0; c < channels; c++)
                values[(pixel * channels) + c] = MathF.Min(MathF.Max(sums[c] + (bias?.Floats[c] ?? 0), low), high);
        }
        context.SetOutput(Tensor.FromFloats(y, values));
    }

    private ReadOnlySpan<T> PixelOf<T>(PaddedImage<T> image, Shape y, int pixel, int tap, int kernelWidth)
        where T : unmanaged
    {
        var (row, column) = Math.DivRem(pixel, y[2]);
        var (ky, kx) = Math.DivRem(tap, kernelWidth);
        return image.Pixel(row / y[1], (row % y[1] * Window.StrideHeight) + (ky * Window.DilationHeight),
            (column * Window.StrideWidth) + (kx * Window.DilationWidth));
    }

    /// <inheritdoc/>
    public override long MultiplyAccumulates(ReadOnlySpan<TensorType?> operands, ReadOnlySpan<TensorType> results)
    {
        var w = operands[1]!.Shape;
        return results[0].Shape.ElementCount * w[1] * w[2];
    }
}
