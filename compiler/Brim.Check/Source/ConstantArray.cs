namespace Brim.Check.Source;

/// <summary>One constant array of the emitted data file.</summary>
/// <param name="File">File, relative to the library.</param>
/// <param name="Name">C name.</param>
/// <param name="Type">C element type.</param>
/// <param name="Values">Elements; a bit-flip test changes them in place.</param>
internal sealed record ConstantArray(string File, string Name, string Type, long[] Values)
{
    /// <summary>Bits of an element, and whether it is signed.</summary>
    public (int Bits, bool IsSigned) Format => FormatOf(Type) ?? throw CheckFailure.Code($"{File}: unknown element type '{Type}'");

    /// <summary>Bits and sign of an exact-width C type; null for any other.</summary>
    public static (int Bits, bool IsSigned)? FormatOf(string type) => type switch
    {
        "int8_t" => (8, true),
        "uint8_t" => (8, false),
        "int16_t" => (16, true),
        "uint16_t" => (16, false),
        "int32_t" => (32, true),
        "uint32_t" => (32, false),
        "int64_t" => (64, true),
        _ => null,
    };
}
