using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Core.Numerics;

/// <summary>Codes a result may take: the element type's, narrowed by a fused activation.</summary>
/// <param name="Min">Smallest code.</param>
/// <param name="Max">Largest code.</param>
public readonly record struct CodeRange(int Min, int Max)
{
    /// <summary>All codes of an integer type of at most 32 bits.</summary>
    public static CodeRange Of(ElementType element) => new((int)element.MinCode, (int)element.MaxCode);

    /// <summary>
    /// Codes of a quantized type within an activation's real limits; a limit's code is zero point + round(limit / scale), the quotient in
    /// float32, ties away from zero (TFLite's CalculateActivationRangeQuantized).
    /// </summary>
    public static CodeRange Of(TensorType type, Activation activation)
    {
        ArgumentNullException.ThrowIfNull(type);
        var range = Of(type.Element);
        if (activation == Activation.None)
            return range;
        var quant = type.Quant ?? throw new ArgumentException($"{type} has no quantization", nameof(type));
        var (low, high) = RealLimits(activation);
        var min = Math.Max(range.Min, CodeOf(low, quant));
        var max = float.IsPositiveInfinity(high) ? range.Max : Math.Min(range.Max, CodeOf(high, quant));
        return new CodeRange(min, max);
    }

    /// <summary>An activation's limits in real numbers.</summary>
    public static (float Low, float High) RealLimits(Activation activation) => activation switch
    {
        Activation.Relu => (0, float.PositiveInfinity),
        Activation.Relu6 => (0, 6),
        Activation.ReluN1To1 => (-1, 1),
        _ => (float.NegativeInfinity, float.PositiveInfinity),
    };

    /// <summary>The nearest code in the range: the upper limit wins if the range is empty, as in min(max(x, Min), Max).</summary>
    public int Clamp(int code) => Math.Min(Math.Max(code, Min), Max);

    /// <summary>The nearest code to a whole number plus a zero point, of any magnitude; NaN counts as 0.</summary>
    public int Clamp(float whole, int zeroPoint) =>
        Clamp(float.IsNaN(whole) ? zeroPoint : (int)Math.Clamp((double)whole + zeroPoint, int.MinValue, int.MaxValue));

    // A limit's code; beyond 32 bits, the end of 32 bits.
    private static int CodeOf(float real, QuantParams quant) =>
        new CodeRange(int.MinValue, int.MaxValue).Clamp(MathF.Round(real / (float)quant.Scale, MidpointRounding.AwayFromZero), quant.ZeroPoint);
}
