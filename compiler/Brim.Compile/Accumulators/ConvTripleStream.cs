using System.Collections.Immutable;

namespace Brim.Compile.Accumulators;

/// <summary>Weights of <c>brim_lanes_conv3x3_triple</c>: tiles of three channels, a filter row of three taps in 16 bits, which is expanded to a word (triple10) at run time.</summary>
public static class ConvTripleStream
{
    /// <summary>Unrolled steps of the tile function.</summary>
    public const int LongestSegment = 16;

    private const int Tile = 3;
    private const uint Spill = 0x8000_0000;
    private const uint First = 0x4000_0000;

    /// <summary>Packs a 3 x 3 filter.</summary>
    /// <param name="filter">Weights, up to 7.</param>
    /// <param name="bounds">Activations.</param>
    public static PackingOutcome Build(FilterCodes filter, ActivationBounds bounds)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(bounds);
        if (filter.Height != 3 || filter.Width != 3)
            return PackingOutcome.Declined($"needs a 3x3 kernel, not {filter.Height}x{filter.Width}");
        if (filter.Limit > 7)
            return PackingOutcome.Declined($"weights up to {filter.Limit} do not fit 4 bits (limit 7)");
        var writer = new TripleWriter(PackingCatalog.Triple10, filter, bounds);
        for (var output = 0; output < filter.Outputs; output += Tile)
            if (writer.WriteTile(output) is { } refusal)
                return PackingOutcome.Declined(refusal);
        return PackingOutcome.Of(writer.Layer());
    }

    private sealed class TripleWriter(Packing packing, FilterCodes filter, ActivationBounds bounds)
    {
        private readonly ImmutableArray<Lane> lanes = packing.Lanes;
        private readonly List<uint> words = [];
        private readonly long[] starts = new long[filter.Outputs];
        private readonly long[] left = new long[filter.Outputs];
        private readonly long[] right = new long[filter.Outputs];
        private readonly List<PackedTile> tiles = [];
        private int longest;

        public string? WriteTile(int output)
        {
            var tileLanes = (from c in Enumerable.Range(output, Tile)
                             from lane in lanes
                             select new TileLane(c, lane.Offset, lane.Bits)).ToImmutableArray();
            if (Chunker.Cut(3 * filter.Channels, [.. tileLanes.Select(l => l.Bits)], Range) is not { } chunks)
                return $"channel {output}: one tap overflows {lanes[0].Bits} bits at activations up to {bounds.Greatest}";
            var length = words.Count;
            words.Add(0);
            var expanded = 1;
            for (var i = 0; i < chunks.Length; i++)
                expanded += WriteChunk(output, chunks[i], i == 0 ? 0 : Spill | (i == 1 ? First : 0));
            words.Add(Spill | (chunks.Length == 1 ? First : 0));
            words[length] = (uint)(words.Count - length - 1);
            longest = Math.Max(longest, expanded);
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
            {
                left[c] += RowPolynomial.Side(filter, c, 0, bounds.Padding);
                right[c] += RowPolynomial.Side(filter, c, 2, bounds.Padding);
            }
            return new PackedLayer([.. words], [.. starts], [.. left], [.. right], longest, [.. tiles]);
        }

        private int WriteChunk(int output, Chunk chunk, uint header)
        {
            var expanded = Tile;
            for (var begin = chunk.Begin; begin < chunk.End; begin += LongestSegment)
            {
                var end = Math.Min(begin + LongestSegment, chunk.End);
                words.Add((uint)(end - begin) | header);
                if (begin == chunk.Begin)
                    Start(output, chunk);
                header = 0;
                Segment(output, begin, end);
                expanded += 1 + Tile * (end - begin);
            }
            return expanded;
        }

        private void Start(int output, Chunk chunk)
        {
            for (var c = 0; c < Tile; c++)
            {
                var ranges = chunk.Lanes.AsSpan(c * lanes.Length, lanes.Length);
                var word = 0u;
                for (var i = 0; i < lanes.Length; i++)
                    word += (uint)ranges[i].Start << lanes[i].Offset;
                words.Add(word);
                if (output + c >= filter.Outputs)
                    continue;
                starts[output + c] += ranges[0].Start + ranges[1].Start + ranges[2].Start;
                left[output + c] += ranges[2].Start;
                right[output + c] += ranges[0].Start;
            }
        }

        private void Segment(int output, int begin, int end)
        {
            Span<int> taps = stackalloc int[3];
            for (var i = 0; i < Tile * (end - begin); i++)
            {
                var step = begin + i / Tile;
                RowPolynomial.Read(filter, output + i % Tile, step / filter.Channels, step % filter.Channels, taps);
                if (i % 2 == 0)
                    words.Add(RowPolynomial.Codes(packing, taps));
                else
                    words[^1] |= RowPolynomial.Codes(packing, taps) << 5;
            }
        }
    }
}
