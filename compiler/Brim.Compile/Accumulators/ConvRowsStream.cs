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
    /// <param name="filter">Weights; at most 127 for fields 12 bits apart, 31 for 13, 7 in a compact stream.</param>
    /// <param name="bounds">Activations; at most 127 for fields 12 bits apart, 63 for 13.</param>
    /// <param name="compact">True to store two rows of taps in one word, expanded at run time.</param>
    /// <param name="spacing">Bits from field to field, 12 or 13.</param>
    /// <param name="laneLimit">Most bits that a lane may need, however wide it is.</param>
    public static PackingOutcome Build(FilterCodes filter, ActivationBounds bounds, bool compact, int spacing = 12, int laneLimit = 64)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(bounds);
        var packing = RowPolynomial.Spaced(spacing);
        if (filter.Height != 3 || filter.Width != 3 || filter.Outputs % Pair != 0)
            return PackingOutcome.Declined($"needs a 3x3 kernel and an even number of outputs, not {filter.Height}x{filter.Width} and {filter.Outputs}");
        if (!packing.WeightsFit(filter.Limit) || (compact && filter.Limit > 7))
            return PackingOutcome.Declined($"weights up to {filter.Limit} do not fit (limit {(compact ? 7 : RowPolynomial.Greatest(packing.WeightsFit))})");
        if (!packing.ActivationsFit(bounds.Greatest))
            return PackingOutcome.Declined($"activations up to {bounds.Greatest} do not fit (limit {RowPolynomial.Greatest(packing.ActivationsFit)})");

        var writer = new RowsWriter(packing, filter, bounds, compact, laneLimit);
        for (var output = 0; output < filter.Outputs; output += Pair)
            if (writer.Tile(output) is { } refusal)
                return PackingOutcome.Declined(refusal);
        return PackingOutcome.Of(writer.Layer());
    }

    private sealed class RowsWriter(Packing packing, FilterCodes filter, ActivationBounds bounds, bool compact, int laneLimit)
    {
        // Bits left for the whole sums of lanes 0 to 4 in the running sums, lanes_rows_tile.h.
        private readonly ImmutableArray<int> sumBits =
            [2 * packing.WeightFields[1], 2 * packing.WeightFields[1], 32, packing.AccumulatorBits - (3 * packing.WeightFields[1]), 32];

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
            if (Chunker.Cut(3 * filter.Channels, [.. tileLanes.Select(l => Math.Min(l.Bits, laneLimit))], Range, LongestChunk) is not { } chunks)
                return $"channel {output}: one row of taps overflows {Math.Min(lanes[0].Bits, laneLimit)} bits at activations up to {bounds.Greatest}";
            for (var i = 0; i < tileLanes.Length; i++)
            {
                var whole = chunks.Aggregate(default(LaneRange), (sum, chunk) => sum + chunk.Lanes[i]);
                if (!whole.Fits(sumBits[i % lanes.Length]))
                    return $"channel {output}: the whole sum of lane {i % lanes.Length} spans {whole.Width}, more than {sumBits[i % lanes.Length]} bits";
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
            return new PackedLayer([.. words], [.. starts], [.. left], [], longest, [.. tiles]) { Spacing = packing.WeightFields[1] };
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
                    Start(output + c, chunk, chunk.Lanes.AsSpan(c * lanes.Length, lanes.Length));
                for (var step = chunk.Begin; step < chunk.End; step++)
                    Step(output, step);
                expanded += 2 * Pair + Pair * steps + 1;
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
            Span<int> taps = stackalloc int[3];
            for (var step = chunk.Begin; step < chunk.End; step++)
                word += packing.Missing(RowPolynomial.Word(packing, Taps(output, step, taps)));
            words.Add((uint)word);
            words.Add((uint)(word >> 32));
            // Lane 2 sees all taps of an output, and so do lanes 0 and 3, or 1 and 4, of neighbouring blocks together.
            starts[output] += ranges[2].Start;
            left[output] += ranges[4].Start;
        }

        private void Step(int output, int step)
        {
            Span<int> first = stackalloc int[3], second = stackalloc int[3];
            Taps(output, step, first);
            Taps(output + 1, step, second);
            if (compact)
            {
                words.Add(Codes(first, second));
                return;
            }
            words.Add(RowPolynomial.Word(packing, first));
            words.Add(RowPolynomial.Word(packing, second));
        }

        /// <summary>Codes w + 8 of two channels: the second's four bits above the first's, the highest where there is room.</summary>
        private uint Codes(ReadOnlySpan<int> first, ReadOnlySpan<int> second)
        {
            var word = RowPolynomial.Codes(packing, first);
            for (var field = 0; field < packing.WeightFields.Length; field++)
            {
                var offset = packing.WeightFields[field] + 4;
                word |= (uint)(second[RowPolynomial.Columns[field]] + 8) << (offset + 4 <= packing.OperandBits ? offset : 8);
            }
            return word;
        }

        private Span<int> Taps(int output, int step, Span<int> taps)
        {
            RowPolynomial.Read(filter, output, step / filter.Channels, step % filter.Channels, taps);
            return taps;
        }
    }
}
