using System.Numerics;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;

namespace Brim.Core.Tests.Numerics;

/// <summary>
/// The requantization primitives as roundings of exact rationals: written from their mathematical meaning, not from the bit tricks.
/// </summary>
internal static class ExactArithmetic
{
    private static readonly BigInteger Two32 = BigInteger.One << 32;

    /// <summary>Floor(numerator / 2^shift + 1/2): to nearest, ties up. Negative shifts multiply.</summary>
    public static BigInteger RoundUp(BigInteger numerator, int shift) =>
        shift <= 0 ? numerator << -shift : Floor((2 * numerator) + (BigInteger.One << shift), BigInteger.One << (shift + 1));

    /// <summary>Numerator / denominator to nearest, ties away from zero.</summary>
    public static BigInteger RoundAway(BigInteger numerator, BigInteger denominator)
    {
        var magnitude = Floor((2 * BigInteger.Abs(numerator)) + denominator, 2 * denominator);
        return numerator.Sign * magnitude;
    }

    /// <summary>The 32-bit two's complement number equal modulo 2^32.</summary>
    public static int Wrap(BigInteger x)
    {
        var low = x - (Floor(x, Two32) * Two32);
        return (int)(low >= Two32 / 2 ? low - Two32 : low);
    }

    public static int Saturate(BigInteger x) => (int)BigInteger.Min(BigInteger.Max(x, int.MinValue), int.MaxValue);

    public static int HighMul(int a, int b) => Saturate(RoundUp((BigInteger)a * b, 31));

    public static int DivideByPowerOfTwo(int x, int n) => (int)RoundAway(x, BigInteger.One << n);

    public static int MultiplyDouble(BigInteger x, QuantizedMultiplier factor) =>
        DivideByPowerOfTwo(HighMul(Wrap(x << Math.Max(factor.Shift, 0)), factor.Multiplier), Math.Max(-factor.Shift, 0));

    public static int MultiplySingle(BigInteger x, QuantizedMultiplier factor) =>
        Wrap(RoundUp(x * factor.Multiplier, 31 - factor.Shift));

    public static int MultiplyWide(BigInteger x, QuantizedMultiplier factor)
    {
        var reduced = BigInteger.Min(RoundUp(factor.Multiplier, 16), 0x7FFF);
        return Wrap(RoundUp(x * reduced, 15 - factor.Shift));
    }

    /// <summary>The nearest pair of a 31-bit fraction and an exponent to a double.</summary>
    public static QuantizedMultiplier Quantize(double factor)
    {
        if (factor == 0)
            return default;
        // factor = mantissa * 2^exponent exactly.
        var bits = BitConverter.DoubleToInt64Bits(Math.Abs(factor));
        var field = (int)(bits >> 52);
        BigInteger mantissa = field == 0 ? bits & ((1L << 52) - 1) : (bits & ((1L << 52) - 1)) | (1L << 52);
        var exponent = Math.Max(field, 1) - 1075;
        var shift = (int)mantissa.GetBitLength() + exponent;
        var fraction = exponent - shift + 31 is var up && up >= 0 ? mantissa << up : RoundAway(mantissa, BigInteger.One << -up);
        if (fraction == BigInteger.One << 31)
            (fraction, shift) = (fraction / 2, shift + 1);
        return shift < -31 ? default : new QuantizedMultiplier((int)(Math.Sign(factor) * fraction), shift);
    }

    /// <summary>A requantized accumulator under a fixed-point scheme.</summary>
    public static int Requantize(Requantization scheme, bool wide, BigInteger accumulator, double factor, int zeroPoint, int low, int high)
    {
        var multiplier = Quantize(factor);
        var rescaled = wide ? MultiplyWide(accumulator, multiplier)
            : scheme == Requantization.TfLiteDouble ? MultiplyDouble(Wrap(accumulator), multiplier)
            : MultiplySingle(Wrap(accumulator), multiplier);
        return Math.Min(Math.Max(Wrap((BigInteger)rescaled + zeroPoint), low), high);
    }

    private static BigInteger Floor(BigInteger a, BigInteger b)
    {
        var quotient = BigInteger.DivRem(a, b, out var remainder);
        return remainder.Sign < 0 ? quotient - 1 : quotient;
    }
}
