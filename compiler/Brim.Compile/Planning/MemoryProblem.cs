using System.Collections.Immutable;

namespace Brim.Compile.Planning;

/// <summary>What is to be placed: buffers with lifetimes, and the pairs that may overlap although both live.</summary>
/// <param name="Buffers">Buffers; ids are distinct.</param>
/// <param name="Overlaps">Permissions to overlap; at most one for a pair.</param>
public sealed record MemoryProblem(ImmutableArray<BufferRequest> Buffers, ImmutableArray<BufferOverlap> Overlaps)
{
    /// <summary>A problem without permissions to overlap.</summary>
    public MemoryProblem(ImmutableArray<BufferRequest> buffers)
        : this(buffers, [])
    {
    }
}
