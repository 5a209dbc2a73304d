using System.Collections.Immutable;

namespace Brim.Compile.Accumulators;

/// <summary>Weights of <c>brim_lanes_conv_quad</c>: bytes of four channels, two of them multiplied by two pixels at a time (smlal-quad).</summary>
public static class QuadStream
{
    /// <summary>Unrolled steps of the tile function: the longest chunk.</summary>
    public const int LongestChunk = ConvRowsStream.LongestChunk;

    private const int TileOutputs = 4;
    private const uint AfterFirst = 0x8000_0000;

    /// <summary>Packs a filter of any kernel.</summary>
    /// <param name="filter">Weights.</param>
    /// <param name="bounds">Activations; at most 255, 63 and 15 for fields 12, 13 and 14 bits apart.</param>
    /// <param name="spacing">Bits from field to field, 12 to 14.</param>
    /// <param name="laneLimit">Most bits that a lane may need, however wide it is.</param>
    public static PackingOutcome Build(FilterCodes filter, ActivationBounds bounds, int spacing, int laneLimit = 64)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(bounds);
        var packing = PackingCatalog.SmlalQuadSpaced(spacing);
        if (!packing.ActivationsFit(bounds.Greatest))
            return PackingOutcome.Declined($"activations up to {bounds.Greatest} do not fit (limit {RowPolynomial.Greatest(packing.ActivationsFit)})");
        var writer = new QuadWriter(packing, filter, bounds, laneLimit);
        for (var output = 0; output < filter.Outputs; output += TileOutputs)
            if (writer.Tile(output) is { } refusal)
                return PackingOutcome.Declined(refusal);
        return PackingOutcome.Of(writer.Layer() with { Spacing = spacing });
    }

    private sealed class QuadWriter(Packing packing, FilterCodes filter, ActivationBounds bounds, int laneLimit)
    {
        private readonly ImmutableArray<Lane> lanes = packing.Lanes;
        private readonly List<uint> words = [];
        private readonly long[] starts = new long[filter.Outputs];
        private readonly List<PackedTile> tiles = [];
        private int longest;

        public string? Tile(int output)
        {
            // Word by word, lane by lane: channels a and b at pixel p, then at pixel q.
            var tileLanes = (from word in Enumerable.Range(0, TileOutputs / 2)
                             from lane in lanes
                             select new TileLane(output + (2 * word) + lane.Products[0].Weight, lane.Offset, lane.Bits)).ToImmutableArray();
            // All lanes are emptied together, so that the highest, which is wider, never holds more than the others.
            if (Chunker.Cut(filter.Taps, [.. tileLanes.Select(l => Math.Min(l.Bits, laneLimit))], Range, LongestChunk) is not { } chunks)
                return $"channel {output}: one tap overflows {Math.Min(lanes[0].Bits, laneLimit)} bits at activations up to {bounds.Greatest}";
            var spacing = lanes[1].Offset;
            ImmutableArray<int> sumBits = [2 * spacing, 2 * spacing, 32, packing.AccumulatorBits - (3 * spacing)];
            for (var i = 0; i < tileLanes.Length; i++)
            {
                var whole = chunks.Aggregate(default(LaneRange), (sum, chunk) => sum + chunk.Lanes[i]);
                if (!whole.Fits(sumBits[i % lanes.Length]))
                    return $"channel {tileLanes[i].Output}: the whole sum spans {whole.Width}, more than {sumBits[i % lanes.Length]} bits";
            }
            Write(output, chunks);
            tiles.Add(new PackedTile(output, tileLanes, chunks));
            return null;

            LaneRange Range(int tap, int index) => LaneRange.Of(filter.Tap(tileLanes[index].Output, tap), bounds[tap % filter.Channels]);
        }

        public PackedLayer Layer() => new([.. words], [.. starts], [], [], longest, [.. tiles]);

        private void Write(int output, ImmutableArray<Chunk> chunks)
        {
            var length = words.Count;
            words.Add(0);
            var expanded = 1;
            for (var i = 0; i < chunks.Length; i++)
            {
                var chunk = chunks[i];
                words.Add((uint)(chunk.End - chunk.Begin) | (i == 1 ? AfterFirst : 0));
                for (var word = 0; word < TileOutputs / 2; word++)
                    Start(output + (2 * word), chunk, chunk.Lanes.AsSpan(word * lanes.Length, lanes.Length));
                for (var tap = chunk.Begin; tap < chunk.End; tap++)
                    words.Add(Enumerable.Range(0, TileOutputs).Aggregate(0u, (word, c) => word | (uint)(byte)filter.Tap(output + c, tap) << (8 * c)));
                expanded += TileOutputs + (2 * (chunk.End - chunk.Begin)) + 1;
            }
            words.Add(chunks.Length == 1 ? AfterFirst : 0);
            words[length] = (uint)(words.Count - length - 1);
            longest = Math.Max(longest, expanded);
        }

        private void Start(int output, Chunk chunk, ReadOnlySpan<LaneRange> ranges)
        {
            var word = 0ul;
            for (var i = 0; i < lanes.Length; i++)
                word += (ulong)ranges[i].Start << lanes[i].Offset;
            for (var tap = chunk.Begin; tap < chunk.End; tap++)
                word += packing.Missing(packing.WeightWord([filter.Tap(output, tap), filter.Tap(output + 1, tap)]));
            words.Add((uint)word);
            words.Add((uint)(word >> 32));
            for (var c = 0; c < 2 && output + c < filter.Outputs; c++)
                starts[output + c] += ranges[c].Start;
        }
    }
}
