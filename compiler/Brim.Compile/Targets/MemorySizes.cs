namespace Brim.Compile.Targets;

/// <summary>Memory of a typical part with the core; a model that does not fit gets a warning with the sizes.</summary>
/// <param name="FlashBytes">Program memory.</param>
/// <param name="RamBytes">Data memory.</param>
public sealed record MemorySizes(long FlashBytes, long RamBytes);
