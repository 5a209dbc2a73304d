namespace Brim.Core.Numerics;

/// <summary>
/// A real factor as a 31-bit fraction and a power of two: value = Multiplier * 2^(Shift - 31). Multiplier is 0 or has a magnitude in
/// [2^30, 2^31); Shift is at least -31 (TFLite's QuantizeMultiplier).
/// </summary>
/// <param name="Multiplier">Q31 fraction in [0.5, 1), negative for negative factors, or 0.</param>
/// <param name="Shift">Power of two, positive = left.</param>
public readonly record struct QuantizedMultiplier(int Multiplier, int Shift)
{
    /// <summary>The factor 1: a rescale by it changes nothing.</summary>
    public static QuantizedMultiplier One { get; } = FromReal(1);

    /// <summary>The factor as a double; exact.</summary>
    public double Value => Math.ScaleB(Multiplier, Shift - 31);

    /// <summary>
    /// The nearest representable factor, ties away from zero. Magnitudes below about 2^-32 become 0, because a right shift by more than 31 would be needed.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not finite.</exception>
    public static QuantizedMultiplier FromReal(double factor)
    {
        if (!double.IsFinite(factor))
            throw new ArgumentOutOfRangeException(nameof(factor), factor, "a factor is finite");
        if (factor == 0)
            return default;
        var shift = Math.ILogB(factor) + 1;
        var fraction = (long)Math.Round(Math.ScaleB(Math.ScaleB(factor, -shift), 31), MidpointRounding.AwayFromZero);
        // The fraction can round up to 1; it is then renormalised so that it fits 32 bits.
        if (fraction == 1L << 31)
        {
            fraction >>= 1;
            shift++;
        }
        return shift < -31 ? default : new QuantizedMultiplier((int)fraction, shift);
    }
}
