namespace Brim.Compile.Program;

/// <summary>Spelling and size of <see cref="CElement"/>.</summary>
public static class CElementExtensions
{
    /// <summary>Bytes of one element.</summary>
    public static int Bytes(this CElement element) => element switch
    {
        CElement.Int8 or CElement.UInt8 => 1,
        CElement.Int16 or CElement.UInt16 => 2,
        CElement.Int64 => 8,
        _ => 4,
    };

    /// <summary>The C type's name.</summary>
    public static string CName(this CElement element) => element switch
    {
        CElement.Int8 => "int8_t",
        CElement.UInt8 => "uint8_t",
        CElement.Int16 => "int16_t",
        CElement.UInt16 => "uint16_t",
        CElement.Int32 => "int32_t",
        CElement.UInt32 => "uint32_t",
        _ => "int64_t",
    };
}
