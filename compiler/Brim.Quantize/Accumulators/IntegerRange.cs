using Brim.Core.IR;

namespace Brim.Quantize.Accumulators;

/// <summary>An inclusive range of integers, of activation codes or of sums.</summary>
/// <param name="Min">Smallest.</param>
/// <param name="Max">Largest.</param>
public readonly record struct IntegerRange(long Min, long Max)
{
    /// <summary>Number of steps from the smallest to the largest.</summary>
    public long Span => checked(Max - Min);

    /// <summary>The range of an unsigned code.</summary>
    public static IntegerRange Unsigned(int bits) => Of(ElementType.Unsigned(bits));

    /// <summary>The range of a two's complement code.</summary>
    public static IntegerRange Signed(int bits) => Of(ElementType.Signed(bits));

    /// <summary>The range of an element type's codes.</summary>
    public static IntegerRange Of(ElementType type) => new(type.MinCode, type.MaxCode);

    /// <summary>Width of the narrowest two's complement integer that holds the range.</summary>
    public int SignedBits
    {
        get
        {
            var bits = 1;
            while (bits < 64 && (Min < -(1L << (bits - 1)) || Max > (1L << (bits - 1)) - 1))
                bits++;
            return bits;
        }
    }

    /// <summary>Width of the narrowest unsigned integer that holds the range, which has no negative values.</summary>
    public int UnsignedBits => Math.Max(1, 64 - System.Numerics.BitOperations.LeadingZeroCount((ulong)Max));
}
