using System.Collections.Immutable;
using Brim.Compile.Accumulators;
using Brim.Compile.Kernels;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;
using Brim.Targets.Arm.Smlad;

namespace Brim.Targets.Arm;

/// <summary>
/// A layer of byte codes with constant weights as its output channels see it: weights, bias with the input's zero point folded in,
/// rescaling, and the range that the accumulator can reach. What kernels ask of it is checked when it is made.
/// </summary>
internal sealed class WeightedLayer
{
    /// <summary>Bits of an accumulator whose double can be rescaled by 16-bit pieces without overflow (smlad_dot.h).</summary>
    public const int AccumulatorBits = 30;

    /// <summary>Largest right shift for which the zero point can be carried through it (smlad_dot.h).</summary>
    public const int MaxShift = 22;

    /// <summary>Right shift of the greatest factor that needs no left shift: below 1/2.</summary>
    private const int MinShift = 1;

    /// <summary>Greatest magnitude of a weight that is shifted left.</summary>
    private const int MaxShiftedWeight = 127;

    private static readonly CodeRange AllCodes = new(-128, 127);

    private readonly int[][] _weights;

    private WeightedLayer(int[][] weights, Requantizer first, int inputZeroPoint)
    {
        _weights = weights;
        Scheme = first.Scheme;
        OutputZeroPoint = first.ZeroPoint;
        OutputRange = first.Range;
        InputZeroPoint = inputZeroPoint;
    }

    /// <summary>Number of output channels.</summary>
    public int Channels => _weights.Length;

    /// <summary>How the model rounds.</summary>
    public Requantization Scheme { get; }

    /// <summary>Zero point of the result.</summary>
    public int OutputZeroPoint { get; }

    /// <summary>Codes of the result.</summary>
    public CodeRange OutputRange { get; }

    /// <summary>Factor of each channel: 0, or a right shift of at most <see cref="MaxShift"/> and at least 1, less if left shifts were allowed.</summary>
    public ImmutableArray<QuantizedMultiplier> Factors { get; private init; }

    /// <summary>
    /// By how many bits the weights, bias and range of each channel are shifted left against the model's, and the factor right, so that every factor has
    /// a right shift; empty if none is. The sums are 2^shift times the model's, so nothing is rounded.
    /// </summary>
    public ImmutableArray<int> WeightShifts { get; private init; } = [];

    /// <summary>Input code of real zero.</summary>
    public int InputZeroPoint { get; }

    /// <summary>Bias of each channel for accumulators over plain codes: bias - zero point * sum of weights.</summary>
    public ImmutableArray<long> Bias { get; private init; }

    /// <summary>Least and greatest accumulator of each channel over all inputs.</summary>
    public ImmutableArray<(long Min, long Max)> Range { get; private init; }

    /// <summary>Form of the rescaling.</summary>
    public SmladKind Kind => Scheme != Requantization.TfLiteDouble ? SmladKind.Single
        : OutputZeroPoint == -128 && OutputRange == AllCodes ? SmladKind.Relu : SmladKind.Linear;

    /// <summary>Suffix of the kernel function for this layer's rescaling and codes (smlad_dot.h).</summary>
    public string KernelSuffix => (Kind switch
    {
        SmladKind.Relu => "_relu",
        SmladKind.Single => "_single",
        _ => "",
    }) + (OutputRange == AllCodes ? "" : "_clamped");

    /// <summary>2 * zero point of the result + 1, as the kernels carry it through the shift.</summary>
    public int OutputOffset => (2 * OutputZeroPoint) + 1;

    /// <summary>Weights of an output channel, in the order of the operator's weight tensor.</summary>
    public ReadOnlySpan<int> Weights(int channel) => _weights[channel];

    /// <summary>Right shift of a channel less one.</summary>
    public int ShiftLessOne(int channel) => Factors[channel].Multiplier == 0 ? 0 : -Factors[channel].Shift - 1;

    /// <summary>The layer of a convolution or fully connected node, or null with the reason why the kernels cannot take it.</summary>
    /// <param name="node">The node.</param>
    /// <param name="reason">The reason.</param>
    /// <param name="unsignedCodes">True if the kernels take unsigned codes of 8 bits, too.</param>
    /// <param name="leftShift">
    /// Largest left shift of an accumulator before it is multiplied; only rescaling with one rounding may use it. Null: the kernel shifts right only, and
    /// weights are shifted instead (<see cref="WeightShifts"/>).
    /// </param>
    /// <param name="anyFactor">True if the kernels have both shifts for every rounding: factors are the model's, and what a left shift leaves of a sum is the caller's to ask.</param>
    public static WeightedLayer? From(NodeView node, out string? reason, bool unsignedCodes = false, int? leftShift = null, bool anyFactor = false)
    {
        reason = Objection(node, unsignedCodes);
        return reason is null ? Build(node, leftShift, anyFactor, out reason) : null;
    }

    private static string? Objection(NodeView node, bool unsignedCodes)
    {
        var (x, y) = (node.InputType(0), node.OutputType());
        if (!IsByte(x, unsignedCodes) || !IsByte(y, unsignedCodes))
            return $"{x.Element} -> {y.Element}: only codes that fit {(unsignedCodes ? "one byte" : "int8")}";
        if (x.Quant is not { IsPerTensor: true } || y.Quant is not { IsPerTensor: true })
            return "activations are not quantized per tensor";
        if (node.Constant(1) is not { } w || w.Type.Element is not { IsInteger: true, IsSigned: true, Bits: <= 8 })
            return "weights are no constant of signed codes of at most 8 bits";
        if (w.Type.Quant is null || w.Type.Quant.ZeroPoints.Any(z => z != 0))
            return "weights are not symmetric";
        if (node.Constant(0) is not null)
            return "the input is a constant";
        if (node.HasInput(2) && node.Constant(2) is null)
            return "the bias is no constant";
        return null;
    }

    private static WeightedLayer? Build(NodeView node, int? leftShift, bool anyFactor, out string? reason)
    {
        var (x, y, w) = (node.InputType(0), node.OutputType(), node.Constant(1)!);
        var channels = y.Shape[-1];
        var weights = Split(w, channels, node.Node.Op is DepthwiseConv2D);
        var requantizers = node.Node.Op switch
        {
            Conv2D op => Requantizer.ForConvolution(op.Requantization, x.Quant!, w.Type.Quant!, y, channels, op.Activation),
            DepthwiseConv2D op => Requantizer.ForConvolution(op.Requantization, x.Quant!, w.Type.Quant!, y, channels, op.Activation),
            FullyConnected op => Requantizer.ForFullyConnected(op.Requantization, x.Quant!, w.Type.Quant!, y, channels, op.Activation),
            _ => throw new ArgumentException($"{node.Node.Op.Mnemonic} has no weights", nameof(node)),
        };
        var folded = node.Node.Op is Conv2D { ZeroPointFolded: true } or DepthwiseConv2D { ZeroPointFolded: true } or FullyConnected { ZeroPointFolded: true };
        var ranges = AccumulatorRanges.Of(node.Graph, node.Node)!.Value;
        var (bias, factors, kept, shifts) = (new long[channels], new QuantizedMultiplier[channels], new (long Min, long Max)[channels], new int[channels]);
        reason = null;
        for (var c = 0; c < channels && reason is null; c++)
        {
            bias[c] = (node.Constant(2)?.CodeAt(c) ?? 0) - (folded ? 0 : x.Quant!.ZeroPoint * weights[c].Sum(v => (long)v));
            kept[c] = ranges[c];
            if (FactorOf(requantizers[c], ranges[c], out reason) is not { } factor)
            {
                reason = $"channel {c} {reason}";
                break;
            }
            if (leftShift is null && !anyFactor && -factor.Shift < MinShift && factor.Multiplier != 0)
            {
                shifts[c] = WeightShift.Of(requantizers[c], factor, ranges[c], MaxShiftedWeight / Math.Max(1, weights[c].Max(Math.Abs)));
                weights[c] = Array.ConvertAll(weights[c], w => w << shifts[c]);
                (bias[c], kept[c]) = (bias[c] << shifts[c], (ranges[c].Min << shifts[c], ranges[c].Max << shifts[c]));
                factor = factor with { Shift = factor.Shift - shifts[c] };
            }
            factors[c] = factor;
            reason = RangeObjection(kept[c]) ?? (anyFactor ? null : FactorObjection(requantizers[c].Scheme, factor, leftShift, weights[c]));
            reason = reason is null ? null : $"channel {c} {reason}";
        }
        return reason is not null ? null : new WeightedLayer(weights, requantizers[0], x.Quant!.ZeroPoint)
        {
            Bias = [.. bias],
            Range = [.. kept],
            Factors = [.. factors],
            WeightShifts = shifts.Any(s => s != 0) ? [.. shifts] : [],
        };
    }

    /// <summary>A channel's factor: the model's, or one in fixed point that gives the same codes, or 0 for a channel of one code.</summary>
    private static QuantizedMultiplier? FactorOf(Requantizer requantizer, (long Min, long Max) range, out string? objection)
    {
        objection = RangeObjection(range);
        if (objection is not null)
            return null;
        if (IsConstant(requantizer, range))
            return default(QuantizedMultiplier);
        if (requantizer.Scheme != Requantization.OnnxFloat)
            return requantizer.Factor;
        var found = FloatRescaling.FixedPoint(requantizer, range);
        objection = found is null ? "is rescaled in float32, and no fixed-point factor gives the same codes" : null;
        return found;
    }

    private static string? RangeObjection((long Min, long Max) range) =>
        Fits(range, AccumulatorBits) ? null : $"can reach {range.Min}..{range.Max}, more than {AccumulatorBits} bits";

    private static string? FactorObjection(Requantization scheme, QuantizedMultiplier factor, int? leftShift, int[] weights)
    {
        var least = scheme == Requantization.TfLiteDouble ? MinShift : MinShift - (leftShift ?? 0);
        if (factor.Multiplier == 0 || (-factor.Shift >= least && -factor.Shift <= MaxShift))
            return null;
        var limits = $"is rescaled by {factor.Value}, only by 2^-{MaxShift + 1} or more and less than {(least == MinShift ? "1/2" : $"2^{-least}")}";
        if (leftShift is not null || -factor.Shift > MaxShift)
            return limits;
        var rounding = scheme == Requantization.TfLiteDouble ? ", for two roundings give other codes or" : ",";
        return $"{limits}; weights up to {weights.Max(Math.Abs)} cannot be shifted left instead{rounding} they do not stay within {MaxShiftedWeight}";
    }

    /// <summary>
    /// True for a channel that is the zero point whatever its inputs, as one with hardly any weights is: its true factor may need a shift
    /// that no kernel has, but 0 serves as well. Rescaling is monotonic, so the ends of the range decide.
    /// </summary>
    private static bool IsConstant(Requantizer requantizer, (long Min, long Max) range)
    {
        var zero = requantizer.Range.Clamp(requantizer.ZeroPoint);
        return requantizer.ToCode((int)range.Min) == zero && requantizer.ToCode((int)range.Max) == zero;
    }

    /// <summary>True if a range lies within a two's complement number of the given bits.</summary>
    public static bool Fits((long Min, long Max) range, int bits) => range.Min >= -(1L << (bits - 1)) && range.Max < 1L << (bits - 1);

    private static bool IsByte(TensorType type, bool unsignedCodes) =>
        type.Element is { IsInteger: true, Bits: <= 8 } element && (unsignedCodes || element.MaxCode <= 127);

    private static int[][] Split(Tensor w, int channels, bool channelsLast)
    {
        var taps = w.Codes.Length / channels;
        var split = new int[channels][];
        for (var c = 0; c < channels; c++)
            split[c] = channelsLast ? [.. Enumerable.Range(0, taps).Select(t => w.Codes[(t * channels) + c])] : w.Codes[(c * taps)..((c + 1) * taps)];
        return split;
    }
}
