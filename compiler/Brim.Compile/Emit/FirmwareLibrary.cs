using System.Collections.Immutable;

namespace Brim.Compile.Emit;

/// <summary>A generated library: every file of the output directory, and what a build of it needs to know.</summary>
/// <param name="Names">The library's C names.</param>
/// <param name="Files">All files, in ordinal order of their paths.</param>
/// <param name="Sources">Paths of the files to compile, with <c>include</c> and <c>src</c> as include paths.</param>
public sealed record FirmwareLibrary(LibraryNames Names, ImmutableArray<FirmwareFile> Files, ImmutableArray<string> Sources);
