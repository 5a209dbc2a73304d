using System.Collections.Immutable;

namespace Brim.Compile.Accumulators;

/// <summary>
/// Weights of <c>brim_lanes_conv_quad</c>: tiles of four channels, two of them multiplied by two pixels at a time (smlal-quad). Weights are stored in 4 to 7 bits,
/// start values in 14; both are expanded at run time.
/// </summary>
public static class QuadStream
{
    /// <summary>Unrolled steps of the tile function: the longest chunk.</summary>
    public const int LongestChunk = ConvRowsStream.LongestChunk;

    private const int TileOutputs = 4;
    private const int StartBits = 14;
    private const int StepsOffset = 28;
    private const int StepsBits = 4;
    private const uint Last = 0x8000_0000;

    /// <summary>Packs a filter of any kernel.</summary>
    /// <param name="filter">Weights, at most 63.</param>
    /// <param name="bounds">Activations; at most 255, 63 and 15 for fields 12, 13 and 14 bits apart.</param>
    /// <param name="spacing">Bits from field to field, 12 to 14.</param>
    /// <param name="laneLimit">Most bits that a lane may need, however wide it is.</param>
    public static PackingOutcome Build(FilterCodes filter, ActivationBounds bounds, int spacing, int laneLimit = 64)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(bounds);
        var packing = PackingCatalog.SmlalQuadSpaced(spacing);
        if (PairCodes.Bits(filter.Limit) is not { } bits)
            return PairCodes.TooWide(filter.Limit);
        if (!packing.ActivationsFit(bounds.Greatest))
            return PackingOutcome.Declined($"activations up to {bounds.Greatest} do not fit (limit {RowPolynomial.Greatest(packing.ActivationsFit)})");
        var writer = new QuadWriter(packing, filter, bounds, bits, laneLimit);
        for (var output = 0; output < filter.Outputs; output += TileOutputs)
            if (writer.Tile(output) is { } refusal)
                return PackingOutcome.Declined(refusal);
        return PackingOutcome.Of(writer.Layer() with { Spacing = spacing });
    }

    private sealed class QuadWriter(Packing packing, FilterCodes filter, ActivationBounds bounds, int bits, int laneLimit)
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
            // With the header behind the last chunk.
            var expanded = 1;
            foreach (var chunk in chunks)
            {
                var steps = chunk.End - chunk.Begin;
                var (upper, lower) = Math.DivRem((uint)(steps - 1), 1u << StepsBits);
                words.Add(Starts(output, chunk, 0) | lower << StepsOffset);
                words.Add(Starts(output, chunk, 1) | upper << StepsOffset | (chunk == chunks[^1] ? Last : 0));
                PairCodes.Write(words, bits, [.. from tap in Enumerable.Range(chunk.Begin, steps) from c in new[] { output, output + 2 } select (filter.Tap(c, tap), filter.Tap(c + 1, tap))]);
                expanded += 1 + TileOutputs + (2 * steps);
            }
            longest = Math.Max(longest, expanded);
        }

        /// <summary>Starts of a word's two channels, alike at both pixels.</summary>
        private uint Starts(int output, Chunk chunk, int word)
        {
            var fields = 0u;
            for (var c = 0; c < 2; c++)
            {
                var start = chunk.Lanes[(word * lanes.Length) + c].Start;
                fields |= (uint)start << (StartBits * c);
                if (output + (2 * word) + c < filter.Outputs)
                    starts[output + (2 * word) + c] += start;
            }
            return fields;
        }
    }
}
