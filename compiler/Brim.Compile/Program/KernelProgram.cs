using System.Collections.Immutable;
using Brim.Core.IR;

namespace Brim.Compile.Program;

/// <summary>A flat list of kernel calls over one arena: all that the emitters and the program interpreter need.</summary>
/// <param name="Graph">The lowered graph that the steps compute; values are named by its ids.</param>
/// <param name="Steps">Calls in execution order.</param>
/// <param name="Offsets">
/// Arena offset in bytes of every activation that has a place in the arena. Graph inputs and outputs are reached through the caller's
/// pointers; where they have an offset too, the caller may pass the arena's address plus that offset.
/// </param>
/// <param name="ArenaBytes">Size of the arena.</param>
public sealed record KernelProgram(
    Graph Graph,
    ImmutableArray<KernelStep> Steps,
    ImmutableSortedDictionary<int, int> Offsets,
    int ArenaBytes)
{
    /// <summary>
    /// Values that no step computes because they share the bytes of another value (a reshape): the value that stands for the storage, which
    /// is the graph input or output if one of them is among those that share.
    /// </summary>
    public ImmutableSortedDictionary<int, int> Views { get; init; } = ImmutableSortedDictionary<int, int>.Empty;

    /// <summary>The value whose pointer or offset a value has; itself unless it is a view.</summary>
    public int StorageOf(int valueId) => Views.GetValueOrDefault(valueId, valueId);
}
