using System.Collections.Immutable;

namespace Brim.Compile.Planning;

/// <summary>Where every buffer of a <see cref="MemoryProblem"/> lies.</summary>
/// <param name="Offsets">Offset in bytes by buffer id.</param>
/// <param name="ArenaBytes">End of the highest buffer.</param>
/// <param name="LowerBoundBytes">No placement is smaller than this; equal to <paramref name="ArenaBytes"/> where the plan is proven optimal.</param>
public sealed record MemoryPlan(ImmutableSortedDictionary<int, long> Offsets, long ArenaBytes, long LowerBoundBytes)
{
    /// <summary>True if the plan is proven to be the smallest for its order of steps.</summary>
    public bool IsOptimal => ArenaBytes == LowerBoundBytes;
}
