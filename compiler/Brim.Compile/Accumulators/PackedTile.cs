using System.Collections.Immutable;

namespace Brim.Compile.Accumulators;

/// <summary>The proof of one tile: its chunks and the exact range of every lane in each.</summary>
/// <param name="FirstOutput">First output channel of the tile.</param>
/// <param name="Lanes">What each lane of the chunks is, in the chunks' order.</param>
/// <param name="Chunks">Chunks in the order the kernel runs them.</param>
public sealed record PackedTile(int FirstOutput, ImmutableArray<TileLane> Lanes, ImmutableArray<Chunk> Chunks);
