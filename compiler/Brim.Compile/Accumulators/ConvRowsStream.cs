using System.Collections.Immutable;

namespace Brim.Compile.Accumulators;

/// <summary>Weights of <c>brim_lanes_conv3x3_rows</c>: pairs of channels, a filter row of three taps in one operand (smlal-rows).</summary>
public static class ConvRowsStream
{
    /// <summary>Unrolled steps of the tile function: the longest chunk.</summary>
    public const int LongestChunk = 64;

    private const int Pair = 2;
    private const uint AfterFirst = 0x8000_0000;

    /// <summary>Packs a 3 x 3 filter with an even number of outputs.</summary>
    /// <param name="filter">Weights; at most 127, at most 7 in a compact stream.</param>
    /// <param name="bounds">Activations; at most 127.</param>
    /// <param name="compact">True to store two rows of taps in one word, expanded at run time.</param>
    public static PackingOutcome Build(FilterCodes filter, ActivationBounds bounds, bool compact)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(bounds);
        var packing = PackingCatalog.SmlalRows;
        if (filter.Height != 3 || filter.Width != 3 || filter.Outputs % Pair != 0)
            return PackingOutcome.Declined($"needs a 3x3 kernel and an even number of outputs, not {filter.Height}x{filter.Width} and {filter.Outputs}");
        if (!packing.WeightsFit(filter.Limit) || (compact && filter.Limit > 7))
            return PackingOutcome.Declined($"weights up to {filter.Limit} do not fit (limit {(compact ? 7 : 127)})");
        if (!packing.ActivationsFit(bounds.Greatest))
            return PackingOutcome.Declined($"activations up to {bounds.Greatest} do not fit (limit 127)");

        var writer = new RowsWriter(packing, filter, bounds, compact);
        for (var output = 0; output < filter.Outputs; output += Pair)
            if (writer.Tile(output) is { } refusal)
                return PackingOutcome.Declined(refusal);
        return PackingOutcome.Of(writer.Layer());
    }

    private sealed class RowsWriter(Packing packing, FilterCodes filter, ActivationBounds bounds, bool compact)
    {
        // Bits left for the whole sums of lanes 0 to 4 in the two running sums, lanes_rows_tile.h.
        private static readonly ImmutableArray<int> SumBits = [24, 24, 24, 28, 16];

        private readonly ImmutableArray<Lane> lanes = packing.Lanes;
        private readonly List<uint> words = [];
        private readonly long[] starts = new long[filter.Outputs];
        private readonly long[] left = new long[filter.Outputs];
        private readonly List<PackedTile> tiles = [];
        private int longest;

        public string? Tile(int output)
        {
            var tileLanes = (from c in Enumerable.Range(output, Pair)
                             from lane in lanes
                             select new TileLane(c, lane.Offset, lane.Bits)).ToImmutableArray();
            if (Chunker.Cut(3 * filter.Channels, [.. tileLanes.Select(l => l.Bits)], Range, LongestChunk) is not { } chunks)
                return $"channel {output}: one row of taps overflows 12 bits at activations up to {bounds.Greatest}";
            for (var i = 0; i < tileLanes.Length; i++)
            {
                var whole = chunks.Aggregate(default(LaneRange), (sum, chunk) => sum + chunk.Lanes[i]);
                if (!whole.Fits(SumBits[i % lanes.Length]))
                    return $"channel {output}: the whole sum of lane {i % lanes.Length} spans {whole.Width}, more than {SumBits[i % lanes.Length]} bits";
            }
            Write(output, chunks);
            tiles.Add(new PackedTile(output, tileLanes, chunks));
            return null;

            LaneRange Range(int step, int index)
            {
                Span<int> taps = stackalloc int[3];
                var channel = step % filter.Channels;
                RowPolynomial.Read(filter, output + index / lanes.Length, step / filter.Channels, channel, taps);
                return RowPolynomial.Range(lanes[index % lanes.Length], taps, bounds[channel]);
            }
        }

        public PackedLayer Layer()
        {
            for (var c = 0; c < filter.Outputs; c++)
                left[c] += RowPolynomial.Side(filter, c, 0, bounds.Padding);
            return new PackedLayer([.. words], [.. starts], [.. left], [], longest, [.. tiles]);
        }

        private void Write(int output, ImmutableArray<Chunk> chunks)
        {
            var length = words.Count;
            words.Add(0);
            var expanded = 1;
            for (var i = 0; i < chunks.Length; i++)
            {
                var chunk = chunks[i];
                var steps = chunk.End - chunk.Begin;
                words.Add((uint)steps | (i == 1 ? AfterFirst : 0));
                for (var c = 0; c < Pair; c++)
                    Start(output + c, chunk.Lanes.AsSpan(c * lanes.Length, lanes.Length));
                for (var step = chunk.Begin; step < chunk.End; step++)
                    Step(output, step);
                expanded += 2 * Pair + Pair * steps + 1;
            }
            words.Add(chunks.Length == 1 ? AfterFirst : 0);
            words[length] = (uint)(words.Count - length - 1);
            longest = Math.Max(longest, expanded);
        }

        private void Start(int output, ReadOnlySpan<LaneRange> ranges)
        {
            var word = 0ul;
            for (var i = 0; i < lanes.Length; i++)
                word += (ulong)ranges[i].Start << lanes[i].Offset;
            words.Add((uint)word);
            words.Add((uint)(word >> 32));
            // Lane 2 sees all taps of an output, and so do lanes 0 and 3, or 1 and 4, of neighbouring blocks together.
            starts[output] += ranges[2].Start;
            left[output] += ranges[4].Start;
        }

        private void Step(int output, int step)
        {
            Span<int> taps = stackalloc int[3];
            var codes = 0u;
            for (var c = 0; c < Pair; c++)
            {
                RowPolynomial.Read(filter, output + c, step / filter.Channels, step % filter.Channels, taps);
                if (compact)
                    codes |= RowPolynomial.Codes(packing, taps) << (4 * c);
                else
                    words.Add(RowPolynomial.Word(packing, taps));
            }
            if (compact)
                words.Add(codes);
        }
    }
}
