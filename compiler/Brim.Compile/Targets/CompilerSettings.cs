using System.Collections.Immutable;

namespace Brim.Compile.Targets;

/// <summary>The C compiler that makes a target's firmware.</summary>
/// <param name="Command">Command to run, found on the search path.</param>
/// <param name="Package">Debian packages that provide it with its run-time library, separated by spaces.</param>
/// <param name="MachineFlags">Flags that select the core and calling convention; every object of a firmware needs the same.</param>
/// <param name="LibraryFlags">Flags for the generated library only, e.g. the optimization level.</param>
public sealed record CompilerSettings(string Command, string Package, ImmutableArray<string> MachineFlags, ImmutableArray<string> LibraryFlags);
