using System.Collections.Immutable;

namespace Brim.Compile.Accumulators;

/// <summary>
/// Weights of <c>brim_lanes_conv_dual</c> and <c>brim_lanes_dense_dual</c>: two channels in every halfword (smlad-dual). High lanes have
/// 20 bits and are mostly read once; where they would overflow, or exceed the lane limit, all lanes are emptied.
/// </summary>
public static class DualStream
{
    /// <summary>Unrolled steps of the convolution's tile function.</summary>
    public const int ConvolutionSegment = 48;

    /// <summary>Unrolled steps of the dense tile function.</summary>
    public const int DenseSegment = 32;

    private const uint Spill = 0x8000_0000;
    private const uint First = 0x4000_0000;
    private const uint High = 0x2000_0000;
    private const uint HighFirst = 0x1000_0000;

    /// <summary>Packs a convolution: tiles of four channels, segments of 48 steps.</summary>
    /// <param name="filter">Weights, at most 7.</param>
    /// <param name="bounds">Activations.</param>
    /// <param name="laneLimit">Most bits that a lane may need, however wide it is.</param>
    public static PackingOutcome BuildConvolution(FilterCodes filter, ActivationBounds bounds, int laneLimit = 64) =>
        Build(filter, bounds, 2, ConvolutionSegment, laneLimit);

    /// <summary>Packs a fully connected layer (kernel 1 x 1): tiles of 16 channels, segments of 32 steps.</summary>
    /// <param name="filter">Weights, at most 7.</param>
    /// <param name="bounds">Activations.</param>
    /// <param name="laneLimit">Most bits that a lane may need, however wide it is.</param>
    public static PackingOutcome BuildDense(FilterCodes filter, ActivationBounds bounds, int laneLimit = 64) =>
        Build(filter, bounds, 8, DenseSegment, laneLimit);

    /// <summary>Tap of a step's halfword: expanding four bytes gives the pairs (0, 2) and (1, 3).</summary>
    public static int Tap(int step, int half) => step / 2 * 4 + step % 2 + 2 * half;

    private static PackingOutcome Build(FilterCodes filter, ActivationBounds bounds, int rows, int segment, int laneLimit)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(bounds);
        var packing = PackingCatalog.SmladDual;
        if (!packing.WeightsFit(filter.Limit))
            return PackingOutcome.Declined($"weights up to {filter.Limit} do not fit (limit 7)");
        if (!packing.ActivationsFit(bounds.Greatest))
            return PackingOutcome.Declined($"activations up to {bounds.Greatest} do not fit 16 bits");
        var writer = new DualWriter(packing, filter, bounds, rows, segment, laneLimit);
        for (var output = 0; output < filter.Outputs; output += 2 * rows)
            if (writer.Tile(output) is { } refusal)
                return PackingOutcome.Declined(refusal);
        return PackingOutcome.Of(writer.Layer());
    }

    private sealed class DualWriter(Packing packing, FilterCodes filter, ActivationBounds bounds, int rows, int segment, int laneLimit)
    {
        private readonly int steps = (filter.Taps + 3) / 4 * 2;
        private readonly ImmutableArray<Lane> lanes = packing.Lanes;
        private readonly List<uint> words = [];
        private readonly long[] starts = new long[filter.Outputs];
        private readonly List<PackedTile> tiles = [];
        private int longest;

        public string? Tile(int output)
        {
            if (Chunks(output + 1, lanes[1], 0, steps) is not { } high)
                return $"channel {output + 1}: two taps overflow {Bits(lanes[1])} bits at activations up to {bounds.Greatest}";
            var low = ImmutableArray.CreateBuilder<Chunk>();
            foreach (var whole in high)
            {
                if (Chunks(output, lanes[0], whole.Begin, whole.End) is not { } chunks)
                    return $"channel {output}: two taps overflow {Bits(lanes[0])} bits at activations up to {bounds.Greatest}";
                low.AddRange(chunks);
            }
            Write(output, low.ToImmutable(), high);
            tiles.Add(new PackedTile(output, Fields(output, lanes[0]), low.ToImmutable()));
            tiles.Add(new PackedTile(output, Fields(output + 1, lanes[1]), high));
            return null;
        }

        /// <summary>The fewest chunks of every other channel from <paramref name="output"/> on, within some steps.</summary>
        private ImmutableArray<Chunk>? Chunks(int output, Lane lane, int first, int end) =>
            Chunker.Cut(end, [.. Enumerable.Repeat(Bits(lane), rows)], (step, r) => Range(output + 2 * r, step), first: first);

        private int Bits(Lane lane) => Math.Min(lane.Bits, laneLimit);

        private ImmutableArray<TileLane> Fields(int output, Lane lane) =>
            [.. Enumerable.Range(0, rows).Select(r => new TileLane(output + 2 * r, lane.Offset, lane.Bits))];

        public PackedLayer Layer() => new([.. words], [.. starts], [], [], longest, [.. tiles]);

        private LaneRange Range(int output, int step)
        {
            var range = default(LaneRange);
            for (var half = 0; half < packing.Halves; half++)
            {
                var tap = Tap(step, half);
                range += LaneRange.Of(filter.Tap(output, tap), bounds[tap % filter.Channels]);
            }
            return range;
        }

        private void Write(int output, ImmutableArray<Chunk> chunks, ImmutableArray<Chunk> high)
        {
            var length = words.Count;
            words.Add(0);
            var emptied = 0;
            for (var i = 0; i < chunks.Length; i++)
            {
                var chunk = chunks[i];
                var restarts = chunk.Begin == high[emptied].End;
                var header = i == 0 ? 0 : Spill | (i == 1 ? First : 0) | (restarts ? High | (emptied == 0 ? HighFirst : 0) : 0);
                if (restarts)
                    emptied++;
                for (var begin = chunk.Begin; begin < chunk.End; begin += segment)
                {
                    var end = Math.Min(begin + segment, chunk.End);
                    words.Add((uint)(end - begin) | header);
                    if (begin == chunk.Begin)
                        Start(output, chunk, i == 0 || restarts ? high[emptied] : null);
                    header = 0;
                    for (var step = begin; step < end; step++)
                        Step(output, step);
                }
            }
            words.Add((chunks.Length == 1 ? First : 0) | (emptied == 0 ? HighFirst : 0));
            words[length] = (uint)(words.Count - length - 1);
            longest = Math.Max(longest, words.Count - length - 1);
        }

        /// <summary>Starts of the low lanes, and of the high lanes where they start, too.</summary>
        private void Start(int output, Chunk chunk, Chunk? high)
        {
            for (var r = 0; r < rows; r++)
            {
                var above = high?.Lanes[r].Start ?? 0;
                words.Add((uint)chunk.Lanes[r].Start + ((uint)above << lanes[1].Offset));
                Count(output + 2 * r, chunk.Lanes[r].Start);
                Count(output + 2 * r + 1, above);
            }
        }

        private void Count(int output, long start)
        {
            if (output < filter.Outputs)
                starts[output] += start;
        }

        private void Step(int output, int step)
        {
            for (var r = 0; r < rows; r++)
            {
                var word = 0u;
                for (var half = 0; half < packing.Halves; half++)
                {
                    var tap = Tap(step, half);
                    var halfword = packing.WeightWord([filter.Tap(output + 2 * r, tap), filter.Tap(output + 2 * r + 1, tap)]);
                    word |= (halfword & 0xFFFF) << (16 * half);
                }
                words.Add(word);
            }
        }
    }
}
