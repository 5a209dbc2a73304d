namespace Brim.Core.IR;

/// <summary>What the bits of an element mean.</summary>
public enum ElementKind
{
    /// <summary>Two's complement or unsigned integer code of 1 to 64 bits.</summary>
    Integer,

    /// <summary>IEEE 754 binary32.</summary>
    Float,

    /// <summary>Truth value, stored as one byte 0 or 1.</summary>
    Boolean,
}
