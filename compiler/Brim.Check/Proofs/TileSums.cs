namespace Brim.Check.Proofs;

/// <summary>Lanes that run through the steps together.</summary>
/// <param name="Lanes">The fields.</param>
/// <param name="Chunks">Chunks in order.</param>
internal sealed record TileSums(LaneField[] Lanes, List<ChunkSums> Chunks);
