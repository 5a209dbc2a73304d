using Brim.Compile.Targets;

namespace Brim.Emulation;

/// <summary>A test image: a library linked with a board and the harness.</summary>
/// <param name="Path">Absolute path of the ELF file.</param>
/// <param name="Elf">Its sections and symbols.</param>
/// <param name="Sizes">What the library adds to a firmware.</param>
/// <param name="Sources">The library.</param>
/// <param name="Board">The board.</param>
/// <param name="Target">The target it was compiled for.</param>
public sealed record FirmwareImage(
    string Path, ElfImage Elf, FirmwareSizes Sizes, FirmwareSources Sources, BoardDescription Board, TargetMachine Target);
