namespace Brim.Emulation;

/// <summary>What a library adds to a firmware, in bytes, alignment included and unused functions removed by the linker.</summary>
/// <param name="CodeBytes">Machine code with its literal pools.</param>
/// <param name="ConstantBytes">Constant data: weights, parameters, tables.</param>
/// <param name="DataBytes">Initialized variables, which take flash and RAM; a generated library has none.</param>
/// <param name="ZeroedBytes">Zero-initialized variables, which take RAM; a generated library has none.</param>
/// <param name="SupportBytes">
/// Memory functions and compiler run-time functions that the library calls. An application usually has them anyway, so they are not part of
/// <see cref="FlashBytes"/>.
/// </param>
public sealed record FirmwareSizes(long CodeBytes, long ConstantBytes, long DataBytes, long ZeroedBytes, long SupportBytes)
{
    /// <summary>Flash that the library takes.</summary>
    public long FlashBytes => CodeBytes + ConstantBytes + DataBytes;

    internal static FirmwareSizes Of(ElfImage elf)
    {
        return new FirmwareSizes(Size(".library_code"), Size(".library_constants"), Size(".library_data"), Size(".library_bss"), Size(".support"));

        long Size(string section) => elf.SectionSizes.GetValueOrDefault(section);
    }
}
