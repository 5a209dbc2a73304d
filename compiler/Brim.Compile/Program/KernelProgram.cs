using System.Collections.Immutable;
using Brim.Core.IR;

namespace Brim.Compile.Program;

/// <summary>A flat list of kernel calls over one arena: all that the emitters and the program interpreter need.</summary>
/// <param name="Graph">The lowered graph that the steps compute; values are named by its ids.</param>
/// <param name="Steps">Calls in execution order.</param>
/// <param name="Offsets">
/// Arena offset in bytes of every activation that lives in the arena. Graph inputs and outputs are the caller's buffers and have none
/// (an input that is also an output is copied by a step).
/// </param>
/// <param name="ArenaBytes">Size of the arena.</param>
public sealed record KernelProgram(
    Graph Graph,
    ImmutableArray<KernelStep> Steps,
    ImmutableSortedDictionary<int, int> Offsets,
    int ArenaBytes);
