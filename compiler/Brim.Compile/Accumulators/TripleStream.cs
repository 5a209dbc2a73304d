using System.Collections.Immutable;

namespace Brim.Compile.Accumulators;

/// <summary>Weights of <c>brim_lanes_conv_triple</c>: tiles of nine channels, three in a word (lanes of 10, 10 and 12 bits).</summary>
public static class TripleStream
{
    private const int Tile = 9;
    private const int Words = 3;
    private const uint Spill = 0x8000_0000;
    private const uint First = 0x4000_0000;

    /// <summary>Packs a filter of any kernel.</summary>
    /// <param name="filter">Weights.</param>
    /// <param name="bounds">Activations.</param>
    public static PackingOutcome Build(FilterCodes filter, ActivationBounds bounds)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(bounds);
        var packing = PackingCatalog.Triple10 with { WeightAxis = PackedAxis.Channels };
        var lanes = packing.Lanes;
        var words = new List<uint>();
        var starts = new long[filter.Outputs];
        var tiles = ImmutableArray.CreateBuilder<PackedTile>();
        var longest = 0;
        for (var output = 0; output < filter.Outputs; output += Tile)
        {
            var tileLanes = Enumerable.Range(0, Tile)
                .Select(i => new TileLane(output + i, lanes[i % Words].Offset, lanes[i % Words].Bits)).ToImmutableArray();
            if (Chunker.Cut(
                    filter.Taps,
                    [.. tileLanes.Select(l => l.Bits)],
                    (tap, i) => LaneRange.Of(filter.Tap(tileLanes[i].Output, tap), bounds[tap % filter.Channels])) is not { } chunks)
                return PackingOutcome.Declined($"channel {output}: one tap overflows {lanes[0].Bits} bits at activations up to {bounds.Greatest}");
            var length = words.Count;
            words.Add(0);
            for (var i = 0; i < chunks.Length; i++)
                Write(output, chunks[i], i == 0 ? 0 : Spill | (i == 1 ? First : 0));
            words.Add(Spill | (chunks.Length == 1 ? First : 0));
            words[length] = (uint)(words.Count - length - 1);
            longest = Math.Max(longest, words.Count - length - 1);
            tiles.Add(new PackedTile(output, tileLanes, chunks));
        }
        return PackingOutcome.Of(new PackedLayer([.. words], [.. starts], [], [], longest, tiles.ToImmutable()));

        void Write(int output, Chunk chunk, uint header)
        {
            for (var begin = chunk.Begin; begin < chunk.End; begin += ConvTripleStream.LongestSegment)
            {
                var end = Math.Min(begin + ConvTripleStream.LongestSegment, chunk.End);
                words.Add((uint)(end - begin) | header);
                if (begin == chunk.Begin)
                    AddStarts(output, chunk);
                header = 0;
                for (var tap = begin; tap < end; tap++)
                    for (var c = output; c < output + Tile; c += Words)
                        words.Add(packing.WeightWord([filter.Tap(c, tap), filter.Tap(c + 1, tap), filter.Tap(c + 2, tap)]));
            }
        }

        void AddStarts(int output, Chunk chunk)
        {
            for (var i = 0; i < Tile; i += Words)
            {
                var word = 0u;
                for (var c = i; c < i + Words; c++)
                {
                    word += (uint)chunk.Lanes[c].Start << lanes[c - i].Offset;
                    if (output + c < filter.Outputs)
                        starts[output + c] += chunk.Lanes[c].Start;
                }
                words.Add(word);
            }
        }
    }
}
