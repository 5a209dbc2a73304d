using System.Collections.Immutable;

namespace Brim.Compile.Accumulators;

/// <summary>
/// Weights of <c>brim_lanes_conv3x3_rows</c>: pairs of channels, of which a filter row of three taps is one operand (smlal-rows). They are stored in 4, 5 or 6
/// bits and expanded at run time, and so are the start values: one for a tap, of which the lanes' are sums.
/// </summary>
public static class ConvRowsStream
{
    /// <summary>Unrolled steps of the tile function: the longest chunk.</summary>
    public const int LongestChunk = 64;

    private const int Pair = 2;
    private const int Taps = 3;
    private const int StartBits = 13;
    private const int StepsOffset = 26;
    private const uint Last = 0x8000_0000;
    private const int SplitSteps = 8;
    private const int SplitBits = 4;

    /// <summary>Bits that hold weights of up to <paramref name="limit"/>, or null if the kernel has no form for them.</summary>
    public static int? CodeBits(int limit) => limit switch
    {
        <= 7 => 4,
        <= 15 => 5,
        <= 31 => 6,
        _ => null,
    };

    /// <summary>Packs a 3 x 3 filter with an even number of outputs.</summary>
    /// <param name="filter">Weights, at most 31.</param>
    /// <param name="bounds">Activations; at most 127 for fields 12 bits apart, 63 for 13.</param>
    /// <param name="spacing">Bits from field to field, 12 or 13.</param>
    /// <param name="laneLimit">Most bits that a lane may need, however wide it is.</param>
    public static PackingOutcome Build(FilterCodes filter, ActivationBounds bounds, int spacing = 12, int laneLimit = 64)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(bounds);
        var packing = RowPolynomial.Spaced(spacing);
        if (filter.Height != 3 || filter.Width != 3 || filter.Outputs % Pair != 0)
            return PackingOutcome.Declined($"needs a 3x3 kernel and an even number of outputs, not {filter.Height}x{filter.Width} and {filter.Outputs}");
        if (CodeBits(filter.Limit) is not { } codeBits)
            return PackingOutcome.Declined($"weights up to {filter.Limit} do not fit 6 bits (limit 31), and wider ones would take more flash than in int8");
        if (!packing.ActivationsFit(bounds.Greatest))
            return PackingOutcome.Declined($"activations up to {bounds.Greatest} do not fit (limit {RowPolynomial.Greatest(packing.ActivationsFit)})");

        var writer = new RowsWriter(packing, filter, bounds, codeBits, laneLimit);
        for (var output = 0; output < filter.Outputs; output += Pair)
            if (writer.Tile(output) is { } refusal)
                return PackingOutcome.Declined(refusal);
        return PackingOutcome.Of(writer.Layer());
    }

    private sealed class RowsWriter(Packing packing, FilterCodes filter, ActivationBounds bounds, int codeBits, int laneLimit)
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
                Span<int> taps = stackalloc int[Taps];
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
            var expanded = 1;
            for (var i = 0; i < chunks.Length; i++)
            {
                var chunk = chunks[i];
                var steps = chunk.End - chunk.Begin;
                Starts(output, chunk, steps, i == chunks.Length - 1);
                for (var step = chunk.Begin; step < chunk.End; step++)
                    Step(output, step, step - chunk.Begin, Math.Min(SplitSteps, chunk.End - step));
                expanded += 1 + 2 * Pair + Pair * steps;
            }
            longest = Math.Max(longest, expanded);
        }

        private void Starts(int output, Chunk chunk, int steps, bool isLast)
        {
            Span<uint> taps = stackalloc uint[Pair * Taps];
            var carries = 0u;
            for (var c = 0; c < Pair; c++)
            {
                // Lane 0 holds the products of the tap in the lowest field, lane 4 of that in the highest, lane 2 of all.
                var ranges = chunk.Lanes.AsSpan(c * lanes.Length, lanes.Length);
                taps[Taps * c] = (uint)ranges[0].Start;
                taps[Taps * c + 1] = (uint)(ranges[1].Start - ranges[0].Start);
                taps[Taps * c + 2] = (uint)ranges[4].Start;
                if (packing.IsOffset)
                    carries |= (uint)(WeightWords(output + c, chunk) >> 32 & 1) << c;
                // Lane 2 sees all taps of an output, and so do lanes 0 and 3, or 1 and 4, of neighbouring blocks together.
                starts[output + c] += ranges[2].Start;
                left[output + c] += ranges[4].Start;
            }
            words.Add(taps[0] | taps[1] << StartBits | (uint)(steps - 1) << StepsOffset);
            words.Add(taps[3] | taps[4] << StartBits | (isLast ? Last : 0));
            words.Add(taps[2] | taps[5] << StartBits | carries << StepsOffset);
        }

        /// <summary>Sum of a channel's weight operands.</summary>
        private long WeightWords(int output, Chunk chunk) =>
            Enumerable.Range(chunk.Begin, chunk.End - chunk.Begin).Sum(step => (long)(int)RowPolynomial.Word(packing, Read(output, step)));

        /// <summary>The weights of a step, the <paramref name="index"/>-th of its chunk; <paramref name="group"/> steps from here on share a word of lowest bits.</summary>
        private void Step(int output, int step, int index, int group)
        {
            if (codeBits == 4)
            {
                words.Add(Codes(Read(output, step), Read(output + 1, step)));
                return;
            }
            int[] weights = [.. from c in Enumerable.Range(output, Pair) from column in RowPolynomial.Columns select Read(c, step)[column]];
            if (codeBits == 6)
            {
                if (index % SplitSteps == 0)
                    words.Add(Fields([.. Enumerable.Range(step, group).Select(s => Read(output + 1, s)[RowPolynomial.Columns[^1]])], SplitBits));
                weights[^1] >>= SplitBits;
            }
            words.Add(Fields(weights, codeBits));
        }

        /// <summary>Fields of the lowest bits of numbers, from the lowest bit of the word on.</summary>
        private static uint Fields(ReadOnlySpan<int> numbers, int bits)
        {
            var word = 0u;
            for (var i = 0; i < numbers.Length; i++)
                word |= ((uint)numbers[i] & ((1u << bits) - 1)) << (bits * i);
            return word;
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

        private int[] Read(int output, int step)
        {
            var taps = new int[Taps];
            RowPolynomial.Read(filter, output, step / filter.Channels, step % filter.Channels, taps);
            return taps;
        }
    }
}
