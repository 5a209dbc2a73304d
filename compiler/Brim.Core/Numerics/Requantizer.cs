using System.Collections.Immutable;
using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Core.Numerics;

/// <summary>
/// Turns an accumulator into a code: rescale, add the zero point, clamp. The zero point is added modulo 2^32 except under
/// <see cref="Requantization.OnnxFloat"/>, which saturates.
/// </summary>
public readonly record struct Requantizer
{
    /// <summary>Makes a requantizer from a real factor.</summary>
    /// <param name="scheme">How to round.</param>
    /// <param name="factor">Accumulator scale over result scale; positive.</param>
    /// <param name="zeroPoint">Zero point of the result.</param>
    /// <param name="range">Codes allowed.</param>
    public Requantizer(Requantization scheme, double factor, int zeroPoint, CodeRange range)
    {
        Scheme = scheme;
        Factor = QuantizedMultiplier.FromReal(factor);
        FloatFactor = (float)factor;
        ZeroPoint = zeroPoint;
        Range = range;
    }

    /// <summary>How the rescaled value is rounded.</summary>
    public Requantization Scheme { get; }

    /// <summary>The factor of the fixed-point schemes.</summary>
    public QuantizedMultiplier Factor { get; }

    /// <summary>The factor of <see cref="Requantization.OnnxFloat"/>.</summary>
    public float FloatFactor { get; }

    /// <summary>Zero point of the result.</summary>
    public int ZeroPoint { get; }

    /// <summary>Codes allowed.</summary>
    public CodeRange Range { get; }

    /// <summary>
    /// One requantizer for each output channel of a convolution: factor = x scale * w scale / y scale in doubles (OnnxFloat: in floats).
    /// </summary>
    public static ImmutableArray<Requantizer> ForConvolution(Requantization scheme, QuantParams x, QuantParams w, TensorType y, int channels, Activation activation)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(w);
        ArgumentNullException.ThrowIfNull(y);
        var range = CodeRange.Of(y, activation);
        var requantizers = ImmutableArray.CreateBuilder<Requantizer>(channels);
        for (var c = 0; c < channels; c++)
        {
            // A single scale stands for all channels, even where the model stores it as per axis.
            var scale = w.Scales[w.Scales.Length == 1 ? 0 : c];
            var factor = scheme == Requantization.OnnxFloat
                ? (float)x.Scale * (float)scale / (float)y.Quant!.Scale
                : x.Scale * scale / y.Quant!.Scale;
            requantizers.Add(new Requantizer(scheme, factor, y.Quant.ZeroPoint, range));
        }
        return requantizers.MoveToImmutable();
    }

    /// <summary>
    /// One requantizer for each output of a fully connected layer. As for a convolution, but with a single weight scale TFLite forms the
    /// product of the input's and the weights' scale in float32 (GetQuantizedConvolutionMultipler), which changes multipliers.
    /// </summary>
    public static ImmutableArray<Requantizer> ForFullyConnected(Requantization scheme, QuantParams x, QuantParams w, TensorType y, int channels, Activation activation)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(w);
        ArgumentNullException.ThrowIfNull(y);
        if (w.Scales.Length > 1 || scheme is Requantization.OnnxFloat or Requantization.PowerOfTwo)
            return ForConvolution(scheme, x, w, y, channels, activation);
        var factor = (double)((float)x.Scale * (float)w.Scales[0]) / y.Quant!.Scale;
        var requantizer = new Requantizer(scheme, factor, y.Quant.ZeroPoint, CodeRange.Of(y, activation));
        return [.. Enumerable.Repeat(requantizer, channels)];
    }

    /// <summary>The code of a 32-bit accumulator.</summary>
    public int ToCode(int accumulator) => Scheme switch
    {
        Requantization.TfLiteDouble => Range.Clamp(FixedPoint.MultiplyByQuantizedMultiplier(accumulator, Factor) + ZeroPoint),
        Requantization.OnnxFloat => ToCodeThroughFloat(accumulator),
        // A power of two is the fraction one half, for which the single rounding is one rounding shift.
        _ => Range.Clamp(FixedPoint.MultiplyByQuantizedMultiplierSingle(accumulator, Factor) + ZeroPoint),
    };

    /// <summary>The code of a 64-bit accumulator (16-bit activations): every fixed-point scheme rounds once, with a 16-bit fraction.</summary>
    public int ToCode(long accumulator) => Scheme == Requantization.OnnxFloat
        ? ToCodeThroughFloat(accumulator)
        : Range.Clamp(FixedPoint.MultiplyByQuantizedMultiplier(accumulator, Factor) + ZeroPoint);

    private int ToCodeThroughFloat(float accumulator) =>
        Range.Clamp(MathF.Round(accumulator * FloatFactor, MidpointRounding.ToEven), ZeroPoint);
}
