using Brim.Check.Source;

namespace Brim.Check.Tests;

/// <summary>One bit of a constant array.</summary>
internal readonly record struct BitFlip(ConstantArray Array, int Index, int Bit)
{
    /// <summary>Every bit of an array.</summary>
    public static IEnumerable<BitFlip> AllOf(ConstantArray array) =>
        from index in Enumerable.Range(0, array.Values.Length)
        from bit in Enumerable.Range(0, array.Format.Bits)
        select new BitFlip(array, index, bit);

    /// <summary>Turns the bit over; a second time turns it back.</summary>
    public void Apply()
    {
        var (bits, isSigned) = Array.Format;
        var flipped = Array.Values[Index] ^ (1L << Bit);
        Array.Values[Index] = bits == 64 ? flipped : isSigned ? flipped << (64 - bits) >> (64 - bits) : flipped & ((1L << bits) - 1);
    }

    public override string ToString() => $"{Array.Name}[{Index}] bit {Bit}";
}
