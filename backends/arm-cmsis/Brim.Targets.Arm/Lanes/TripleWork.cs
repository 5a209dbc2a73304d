using Brim.Compile.Accumulators;

namespace Brim.Targets.Arm.Lanes;

/// <summary>Loop counts of the tile function in lanes_triple_tile.h.</summary>
internal static class TripleWork
{
    /// <summary>tile: calls; segment: runs of unrolled steps; chunk: chunks after the first; step.</summary>
    /// <param name="packed">The stream.</param>
    /// <param name="blocks">How often every tile is run.</param>
    public static IEnumerable<(string Level, long Count)> Tiles(PackedLayer packed, long blocks) =>
    [
        ("tile", blocks * packed.Tiles.Length),
        ("segment", blocks * packed.Tiles.Sum(t => t.Chunks.Sum(c => (c.End - c.Begin + ConvTripleStream.LongestSegment - 1L) / ConvTripleStream.LongestSegment))),
        ("chunk", blocks * packed.Tiles.Sum(t => t.Chunks.Length - 1L)),
        ("step", blocks * packed.Tiles.Sum(t => t.Chunks.Sum(c => (long)c.End - c.Begin))),
    ];
}
