namespace Brim.Quantize.PowerOfTwo;

/// <summary>A fixed-point number: value = code * 2^-FractionBits, in IntegerBits + FractionBits bits (sign included where signed). Either part may be negative.</summary>
/// <param name="IntegerBits">IL: bits left of the binary point, sign included.</param>
/// <param name="FractionBits">FL: bits right of the binary point.</param>
/// <param name="IsSigned">Two's complement if true.</param>
public sealed record FixedPointFormat(int IntegerBits, int FractionBits, bool IsSigned)
{
    /// <summary>BW = IL + FL.</summary>
    public int Bits => IntegerBits + FractionBits;

    /// <summary>2^-FL.</summary>
    public double Scale => Math.ScaleB(1, -FractionBits);

    /// <summary>The format of a width for values up to a magnitude.</summary>
    public static FixedPointFormat For(double magnitude, int bits, bool isSigned)
    {
        var integer = IntegerBitsFor(magnitude, isSigned);
        return new(integer, bits - integer, isSigned);
    }

    /// <summary>IL = ceil(log2 max|v|) + sign: integer bits for values of a given magnitude (de Bruin et al. 2020). Magnitude 0 counts as the smallest positive one of interest, 2^-126.</summary>
    public static int IntegerBitsFor(double magnitude, bool isSigned) =>
        (int)Math.Ceiling(Math.Log2(Math.Max(magnitude, Math.ScaleB(1, -126)))) + (isSigned ? 1 : 0);

    /// <summary>Integer bits of an accumulator for sums of magnitude R: floor(log2 R) + 2. One more than <see cref="IntegerBitsFor"/> where R is a power of two, so that R itself fits.</summary>
    public static int AccumulatorIntegerBits(double largestSum) =>
        (int)Math.Floor(Math.Log2(Math.Max(largestSum, Math.ScaleB(1, -126)))) + 2;
}
