namespace Brim.Core.Numerics;

/// <summary>
/// Integer primitives of requantization, bit for bit those of TFLite's and gemmlowp's reference code (gemmlowp fixedpoint.h; TFLite
/// kernels/internal/common.cc). Where that code leaves overflow undefined, results are taken modulo 2^32.
/// </summary>
public static class FixedPoint
{
    /// <summary>
    /// The high half of twice the product, to nearest: (a * b + nudge) / 2^31 truncated toward zero, nudge = 2^30 for a product of at least 0,
    /// else 1 - 2^30. Saturates in the one case that overflows, a = b = -2^31.
    /// </summary>
    public static int SaturatingRoundingDoublingHighMul(int a, int b)
    {
        if (a == int.MinValue && b == int.MinValue)
            return int.MaxValue;
        var product = (long)a * b;
        var nudge = product >= 0 ? 1L << 30 : 1 - (1L << 30);
        return (int)((product + nudge) / (1L << 31));
    }

    /// <summary>x / 2^exponent to nearest, ties away from zero.</summary>
    /// <param name="x">Dividend.</param>
    /// <param name="exponent">0 to 31.</param>
    public static int RoundingDivideByPowerOfTwo(int x, int exponent)
    {
        var mask = (int)((1L << exponent) - 1);
        var threshold = (mask >> 1) + (x < 0 ? 1 : 0);
        return (x >> exponent) + ((x & mask) > threshold ? 1 : 0);
    }

    /// <summary>x * 2^exponent, saturating at the limits of 32 bits.</summary>
    /// <param name="x">Factor.</param>
    /// <param name="exponent">1 to 30.</param>
    public static int SaturatingShiftLeft(int x, int exponent)
    {
        var threshold = (1 << (31 - exponent)) - 1;
        return x > threshold ? int.MaxValue : x < -threshold ? int.MinValue : x << exponent;
    }

    /// <summary>(a + b) / 2 to nearest, ties away from zero.</summary>
    public static int RoundingHalfSum(int a, int b)
    {
        var sum = (long)a + b;
        return (int)((sum + (sum >= 0 ? 1 : -1)) / 2);
    }

    /// <summary>
    /// x times a factor with TFLite's two roundings: a left shift, a rounding high multiply, a rounding right shift
    /// (<see cref="IR.Ops.Requantization.TfLiteDouble"/>).
    /// </summary>
    /// <param name="x">Accumulator; x * 2^max(Shift, 0) should fit 32 bits.</param>
    /// <param name="factor">Factor with a shift of at most 30.</param>
    public static int MultiplyByQuantizedMultiplier(int x, QuantizedMultiplier factor)
    {
        var left = Math.Max(factor.Shift, 0);
        var right = Math.Max(-factor.Shift, 0);
        return RoundingDivideByPowerOfTwo(SaturatingRoundingDoublingHighMul(x << left, factor.Multiplier), right);
    }

    /// <summary>x times a factor with one rounding, ties up (<see cref="IR.Ops.Requantization.Single"/>).</summary>
    /// <param name="x">Accumulator.</param>
    /// <param name="factor">Factor with a shift of at most 30.</param>
    public static int MultiplyByQuantizedMultiplierSingle(int x, QuantizedMultiplier factor)
    {
        var total = 31 - factor.Shift;
        return (int)((((long)x * factor.Multiplier) + (1L << (total - 1))) >> total);
    }

    /// <summary>
    /// A 48-bit accumulator times a factor whose fraction is first rounded to 16 bits; one rounding, ties up. What TFLite does for 16-bit
    /// activations in both of its rounding builds.
    /// </summary>
    /// <param name="x">Accumulator in [-2^47, 2^47).</param>
    /// <param name="factor">Non-negative factor with a shift of at most 7.</param>
    public static int MultiplyByQuantizedMultiplier(long x, QuantizedMultiplier factor)
    {
        var reduced = ReducedMultiplier(factor.Multiplier);
        var total = 15 - factor.Shift;
        return (int)(((x * reduced) + (1L << (total - 1))) >> total);
    }

    /// <summary>The 16-bit fraction that the 48-bit form multiplies by: rounded, at most 0x7FFF.</summary>
    public static int ReducedMultiplier(int multiplier) =>
        multiplier < 0x7FFF0000 ? (multiplier + (1 << 15)) >> 16 : 0x7FFF;
}
