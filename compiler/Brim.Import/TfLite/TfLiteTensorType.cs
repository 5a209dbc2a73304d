namespace Brim.Import.TfLite;

/// <summary>Element types of the format (schema.fbs, enum TensorType).</summary>
internal enum TfLiteTensorType
{
    /// <summary>IEEE binary32.</summary>
    Float32 = 0,

    /// <summary>IEEE binary16.</summary>
    Float16 = 1,

    /// <summary>32-bit integer.</summary>
    Int32 = 2,

    /// <summary>Unsigned byte.</summary>
    UInt8 = 3,

    /// <summary>64-bit integer.</summary>
    Int64 = 4,

    /// <summary>Text.</summary>
    String = 5,

    /// <summary>Truth value, one byte.</summary>
    Bool = 6,

    /// <summary>16-bit integer.</summary>
    Int16 = 7,

    /// <summary>Pair of binary32.</summary>
    Complex64 = 8,

    /// <summary>Signed byte.</summary>
    Int8 = 9,

    /// <summary>IEEE binary64.</summary>
    Float64 = 10,

    /// <summary>Pair of binary64.</summary>
    Complex128 = 11,

    /// <summary>Unsigned 64-bit integer.</summary>
    UInt64 = 12,

    /// <summary>Handle of a variable or table.</summary>
    Resource = 13,

    /// <summary>Variant.</summary>
    Variant = 14,

    /// <summary>Unsigned 32-bit integer.</summary>
    UInt32 = 15,

    /// <summary>Unsigned 16-bit integer.</summary>
    UInt16 = 16,

    /// <summary>Two's complement nibbles, two a byte, the first in the low half.</summary>
    Int4 = 17,

    /// <summary>Upper half of a binary32.</summary>
    BFloat16 = 18,
}
