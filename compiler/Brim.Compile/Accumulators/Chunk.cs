using System.Collections.Immutable;

namespace Brim.Compile.Accumulators;

/// <summary>A run of steps between two starts of the lanes.</summary>
/// <param name="Begin">First step.</param>
/// <param name="End">Step after the last.</param>
/// <param name="Lanes">Exact range of every lane over the chunk.</param>
public sealed record Chunk(int Begin, int End, ImmutableArray<LaneRange> Lanes);
