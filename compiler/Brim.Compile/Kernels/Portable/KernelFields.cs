using System.Collections.Immutable;
using Brim.Compile.Program;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;

namespace Brim.Compile.Kernels.Portable;

/// <summary>Parameter structures that several of the runtime's kernels share; the names are those of <c>brim_kernels.h</c>.</summary>
public static class KernelFields
{
    /// <summary>A <c>brim_window</c>: geometry of a sliding window over NHWC tensors.</summary>
    public static CStruct Window(Window2D window, int kernelHeight, int kernelWidth, TensorType x, TensorType y)
    {
        ArgumentNullException.ThrowIfNull(window);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        return new CStruct("brim_window",
        [
            CField.Of("batches", x.Shape[0]),
            CField.Of("input_h", x.Shape[1]),
            CField.Of("input_w", x.Shape[2]),
            CField.Of("input_c", x.Shape[3]),
            CField.Of("output_h", y.Shape[1]),
            CField.Of("output_w", y.Shape[2]),
            CField.Of("output_c", y.Shape[3]),
            CField.Of("kernel_h", kernelHeight),
            CField.Of("kernel_w", kernelWidth),
            CField.Of("stride_h", window.StrideHeight),
            CField.Of("stride_w", window.StrideWidth),
            CField.Of("pad_top", window.PadTop),
            CField.Of("pad_left", window.PadLeft),
            CField.Of("dilation_h", window.DilationHeight),
            CField.Of("dilation_w", window.DilationWidth),
        ]);
    }

    /// <summary>A <c>brim_scale</c>.</summary>
    public static CStruct Scale(QuantizedMultiplier factor) => new("brim_scale",
    [
        CField.Of("multiplier", factor.Multiplier),
        CField.Of("shift", factor.Shift),
    ]);

    /// <summary>A <c>brim_operand</c>.</summary>
    public static CStruct Operand(TensorType type, QuantizedMultiplier factor)
    {
        ArgumentNullException.ThrowIfNull(type);
        return new CStruct("brim_operand",
        [
            CField.Of("type", CodeType.Of(type.Element)),
            CField.Of("zero_point", type.Quant!.ZeroPoint),
            CField.Of("scale", Scale(factor)),
        ]);
    }

    /// <summary>A <c>brim_result</c>.</summary>
    public static CStruct Result(TensorType type, QuantizedMultiplier factor, CodeRange range)
    {
        ArgumentNullException.ThrowIfNull(type);
        return new CStruct("brim_result",
        [
            CField.Of("type", CodeType.Of(type.Element)),
            CField.Of("scale", Scale(factor)),
            CField.Of("zero_point", type.Quant!.ZeroPoint),
            CField.Of("act_min", range.Min),
            CField.Of("act_max", range.Max),
        ]);
    }

    /// <summary>A <c>brim_requantization</c>: one entry if all channels are rescaled alike, else one for each channel.</summary>
    /// <param name="context">Names the arrays.</param>
    /// <param name="requantizers">One for each output channel, all of one scheme, zero point and range.</param>
    public static CStruct Requantization(LoweringContext context, ImmutableArray<Requantizer> requantizers)
    {
        ArgumentNullException.ThrowIfNull(context);
        var entries = requantizers.Distinct().Count() == 1 ? requantizers[..1] : requantizers;
        var (multipliers, shifts) = Factors(entries);
        return new CStruct("brim_requantization",
        [
            CField.Of("multiplier", context.Array("multiplier", CElement.Int32, multipliers, "requantization")),
            CField.Of("shift", context.Array("shift", CElement.Int16, shifts, "requantization", 2)),
            CField.Of("per_channel", entries.Length > 1 ? 1 : 0),
            CField.Of("scheme", Scheme(requantizers)),
            CField.Of("zero_point", requantizers[0].ZeroPoint),
            CField.Of("act_min", requantizers[0].Range.Min),
            CField.Of("act_max", requantizers[0].Range.Max),
        ]);
    }

    /// <summary>Declines factors whose shifts the kernels cannot do.</summary>
    /// <param name="requantizers">One for each output channel.</param>
    /// <param name="wide">True for 64-bit accumulators.</param>
    public static MatchResult Requantizable(ImmutableArray<Requantizer> requantizers, bool wide)
    {
        var limit = wide ? 14 : 30;
        return requantizers[0].Scheme != Core.IR.Ops.Requantization.OnnxFloat && requantizers.Any(r => r.Factor.Shift > limit)
            ? MatchResult.Decline($"the result's scale is more than 2^{limit} times finer than the accumulator's")
            : MatchResult.Accept;
    }

    // enum brim_scheme. The shift-only form needs factors that are powers of two, as that scheme promises.
    private static int Scheme(ImmutableArray<Requantizer> requantizers) => requantizers[0].Scheme switch
    {
        Core.IR.Ops.Requantization.TfLiteDouble => 0,
        Core.IR.Ops.Requantization.PowerOfTwo when requantizers.All(r => r.Factor.Multiplier == 1 << 30) => 2,
        Core.IR.Ops.Requantization.OnnxFloat => 3,
        _ => 1,
    };

    private static (ImmutableArray<long> Multipliers, ImmutableArray<long> Shifts) Factors(ImmutableArray<Requantizer> entries)
    {
        if (entries[0].Scheme != Core.IR.Ops.Requantization.OnnxFloat)
            return ([.. entries.Select(r => (long)r.Factor.Multiplier)], [.. entries.Select(r => (long)r.Factor.Shift)]);
        var parts = entries.Select(r => Binary32(r.FloatFactor)).ToList();
        return ([.. parts.Select(p => p.Fraction)], [.. parts.Select(p => p.Exponent)]);
    }

    // value = Fraction * 2^Exponent, exactly.
    private static (long Fraction, long Exponent) Binary32(float value)
    {
        var bits = BitConverter.SingleToInt32Bits(value);
        var biased = (bits >> 23) & 0xFF;
        var fraction = bits & 0x7FFFFF;
        return biased == 0 ? (fraction, -149) : (fraction | 0x800000, biased - 150);
    }
}
