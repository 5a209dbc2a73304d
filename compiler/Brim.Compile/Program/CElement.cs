namespace Brim.Compile.Program;

/// <summary>Fixed-width element types of generated C arrays.</summary>
public enum CElement
{
    /// <summary><c>int8_t</c>.</summary>
    Int8,

    /// <summary><c>uint8_t</c>.</summary>
    UInt8,

    /// <summary><c>int16_t</c>.</summary>
    Int16,

    /// <summary><c>uint16_t</c>.</summary>
    UInt16,

    /// <summary><c>int32_t</c>.</summary>
    Int32,

    /// <summary><c>uint32_t</c>.</summary>
    UInt32,

    /// <summary><c>int64_t</c>.</summary>
    Int64,
}
