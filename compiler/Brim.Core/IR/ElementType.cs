using System.Globalization;

namespace Brim.Core.IR;

/// <summary>
/// Type of one tensor element. The width is part of the type and never implied by the storage: a 4-bit activation is
/// stored in one byte unless a packed storage is chosen explicitly.
/// </summary>
/// <param name="Kind">Integer, float or boolean.</param>
/// <param name="Bits">Width in bits: 1..8, 16, 32 or 64 for integers, 32 for floats, 1 for booleans.</param>
/// <param name="IsSigned">Two's complement if true. Always true for floats, false for booleans.</param>
public readonly record struct ElementType(ElementKind Kind, int Bits, bool IsSigned)
{
    /// <summary>8-bit two's complement integer.</summary>
    public static ElementType Int8 { get; } = Signed(8);

    /// <summary>8-bit unsigned integer.</summary>
    public static ElementType UInt8 { get; } = Unsigned(8);

    /// <summary>16-bit two's complement integer.</summary>
    public static ElementType Int16 { get; } = Signed(16);

    /// <summary>32-bit two's complement integer.</summary>
    public static ElementType Int32 { get; } = Signed(32);

    /// <summary>64-bit two's complement integer.</summary>
    public static ElementType Int64 { get; } = Signed(64);

    /// <summary>IEEE 754 binary32.</summary>
    public static ElementType Float32 { get; } = new(ElementKind.Float, 32, true);

    /// <summary>Truth value.</summary>
    public static ElementType Boolean { get; } = new(ElementKind.Boolean, 1, false);

    /// <summary>Two's complement integer of the given width.</summary>
    public static ElementType Signed(int bits) => new(ElementKind.Integer, CheckedBits(bits), true);

    /// <summary>Unsigned integer of the given width.</summary>
    public static ElementType Unsigned(int bits) => new(ElementKind.Integer, CheckedBits(bits), false);

    /// <summary>True for integers.</summary>
    public bool IsInteger => Kind == ElementKind.Integer;

    /// <summary>True for floats.</summary>
    public bool IsFloat => Kind == ElementKind.Float;

    /// <summary>Bytes of one element in memory: the smallest of 1, 2, 4, 8 that holds it.</summary>
    public int StorageBytes => Bits <= 8 ? 1 : Bits <= 16 ? 2 : Bits <= 32 ? 4 : 8;

    /// <summary>Smallest code. Integers and booleans only.</summary>
    public long MinCode => IsSigned && IsInteger ? -(1L << (Bits - 1)) : 0;

    /// <summary>Largest code. Integers and booleans only; unsigned 64-bit codes are not used.</summary>
    public long MaxCode => IsSigned ? (long)((1UL << (Bits - 1)) - 1) : (long)(ulong.MaxValue >> (64 - Bits));

    /// <summary>Prints <c>i8</c>, <c>u4</c>, <c>f32</c>, <c>bool</c>.</summary>
    public override string ToString() => Kind switch
    {
        ElementKind.Float => "f32",
        ElementKind.Boolean => "bool",
        _ => (IsSigned ? "i" : "u") + Bits.ToString(CultureInfo.InvariantCulture),
    };

    private static int CheckedBits(int bits) =>
        bits is (>= 1 and <= 8) or 16 or 32 or 64 ? bits : throw new ArgumentOutOfRangeException(nameof(bits), bits, "integer widths are 1..8, 16, 32 and 64");
}
