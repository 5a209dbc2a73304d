using Brim.Core.IR;

namespace Brim.Core.Numerics;

/// <summary>
/// Factors of a quantized sum or difference: both operands are shifted left, rescaled to twice the larger operand scale, added, and
/// rescaled to the result (TFLite's ADD and SUB).
/// </summary>
/// <param name="LeftShift">Bits of headroom used: 20, or 15 for 16-bit results.</param>
/// <param name="Left">Factor of the left operand; at most 1/2.</param>
/// <param name="Right">Factor of the right operand; at most 1/2.</param>
/// <param name="Result">Factor of the sum.</param>
public readonly record struct AdditionScaling(int LeftShift, QuantizedMultiplier Left, QuantizedMultiplier Right, QuantizedMultiplier Result)
{
    /// <summary>Factors of ADD, formed in doubles.</summary>
    public static AdditionScaling ForAdd(TensorType left, TensorType right, TensorType result)
    {
        var shift = LeftShiftOf(result);
        var (a, b, y) = (left.Quant!.Scale, right.Quant!.Scale, result.Quant!.Scale);
        var unit = 2 * Math.Max(a, b);
        return new(shift, QuantizedMultiplier.FromReal(a / unit), QuantizedMultiplier.FromReal(b / unit),
            QuantizedMultiplier.FromReal(unit / ((1 << shift) * y)));
    }

    /// <summary>Factors of SUB, which TFLite Micro forms in float32, unlike those of ADD.</summary>
    public static AdditionScaling ForSub(TensorType left, TensorType right, TensorType result)
    {
        var shift = LeftShiftOf(result);
        var (a, b, y) = ((float)left.Quant!.Scale, (float)right.Quant!.Scale, (float)result.Quant!.Scale);
        var unit = 2 * MathF.Max(a, b);
        return new(shift, QuantizedMultiplier.FromReal(a / unit), QuantizedMultiplier.FromReal(b / unit),
            QuantizedMultiplier.FromReal(unit / ((1 << shift) * y)));
    }

    /// <summary>The rescaled, not yet clamped sum (or, with a negated right operand, difference) without the result's zero point.</summary>
    /// <param name="left">Left code minus its zero point.</param>
    /// <param name="right">Right code minus its zero point.</param>
    /// <param name="subtract">True for left - right.</param>
    public int Combine(int left, int right, bool subtract)
    {
        var a = FixedPoint.MultiplyByQuantizedMultiplier(left << LeftShift, Left);
        var b = FixedPoint.MultiplyByQuantizedMultiplier(right << LeftShift, Right);
        return FixedPoint.MultiplyByQuantizedMultiplier(subtract ? a - b : a + b, Result);
    }

    // 255 * 2^20 and 65535 * 2^15 are the largest shifts whose products fit 31 bits.
    private static int LeftShiftOf(TensorType result) => result.Element.Bits == 16 ? 15 : 20;
}
