using System.Collections.Immutable;

namespace Brim.Compile.Accumulators;

/// <summary>
/// Weights of <c>brim_lanes_conv_dual</c> and <c>brim_lanes_dense_dual</c>: two channels in every halfword (smlad-dual). Only low lanes are
/// cut into chunks; a high lane has 20 bits and is read once.
/// </summary>
public static class DualStream
{
    /// <summary>Unrolled steps of the convolution's tile function.</summary>
    public const int ConvolutionSegment = 48;

    /// <summary>Unrolled steps of the dense tile function.</summary>
    public const int DenseSegment = 32;

    private const uint Spill = 0x8000_0000;
    private const uint First = 0x4000_0000;

    /// <summary>Packs a convolution: tiles of four channels, segments of 48 steps.</summary>
    public static PackingOutcome BuildConvolution(FilterCodes filter, ActivationBounds bounds) => Build(filter, bounds, 2, ConvolutionSegment);

    /// <summary>Packs a fully connected layer (kernel 1 x 1): tiles of 16 channels, segments of 32 steps.</summary>
    public static PackingOutcome BuildDense(FilterCodes filter, ActivationBounds bounds) => Build(filter, bounds, 8, DenseSegment);

    /// <summary>Tap of a step's halfword: expanding four bytes gives the pairs (0, 2) and (1, 3).</summary>
    public static int Tap(int step, int half) => step / 2 * 4 + step % 2 + 2 * half;

    private static PackingOutcome Build(FilterCodes filter, ActivationBounds bounds, int rows, int segment)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(bounds);
        var packing = PackingCatalog.SmladDual;
        if (!packing.WeightsFit(filter.Limit))
            return PackingOutcome.Declined($"weights up to {filter.Limit} do not fit (limit 7)");
        if (!packing.ActivationsFit(bounds.Greatest))
            return PackingOutcome.Declined($"activations up to {bounds.Greatest} do not fit 16 bits");
        var writer = new DualWriter(packing, filter, bounds, rows, segment);
        for (var output = 0; output < filter.Outputs; output += 2 * rows)
            if (writer.Tile(output) is { } refusal)
                return PackingOutcome.Declined(refusal);
        return PackingOutcome.Of(writer.Layer());
    }

    private sealed class DualWriter(Packing packing, FilterCodes filter, ActivationBounds bounds, int rows, int segment)
    {
        private readonly int steps = (filter.Taps + 3) / 4 * 2;
        private readonly ImmutableArray<Lane> lanes = packing.Lanes;
        private readonly List<uint> words = [];
        private readonly long[] starts = new long[filter.Outputs];
        private readonly List<PackedTile> tiles = [];
        private int longest;

        public string? Tile(int output)
        {
            var low = Enumerable.Range(0, rows).Select(r => new TileLane(output + 2 * r, 0, lanes[0].Bits)).ToImmutableArray();
            if (Chunker.Cut(steps, [.. low.Select(l => l.Bits)], (step, r) => Range(output + 2 * r, step)) is not { } chunks)
                return $"channel {output}: two taps overflow {lanes[0].Bits} bits at activations up to {bounds.Greatest}";
            var high = new LaneRange[rows];
            for (var r = 0; r < rows; r++)
            {
                for (var step = 0; step < steps; step++)
                    high[r] += Range(output + 2 * r + 1, step);
                if (!high[r].Fits(lanes[1].Bits))
                    return $"channel {output + 2 * r + 1}: the whole sum spans {high[r].Width}, more than {lanes[1].Bits} bits";
            }
            Write(output, chunks, high);
            tiles.Add(new PackedTile(output, low, chunks));
            var whole = new Chunk(0, steps, [.. high]);
            tiles.Add(new PackedTile(output, [.. low.Select(l => new TileLane(l.Output + 1, lanes[1].Offset, lanes[1].Bits))], [whole]));
            return null;
        }

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

        private void Write(int output, ImmutableArray<Chunk> chunks, LaneRange[] high)
        {
            var length = words.Count;
            words.Add(0);
            for (var i = 0; i < chunks.Length; i++)
            {
                var chunk = chunks[i];
                var header = i == 0 ? 0 : Spill | (i == 1 ? First : 0);
                for (var begin = chunk.Begin; begin < chunk.End; begin += segment)
                {
                    var end = Math.Min(begin + segment, chunk.End);
                    words.Add((uint)(end - begin) | header);
                    if (begin == chunk.Begin)
                        Start(output, chunk, i == 0 ? high : null);
                    header = 0;
                    for (var step = begin; step < end; step++)
                        Step(output, step);
                }
            }
            words.Add(chunks.Length == 1 ? First : 0);
            words[length] = (uint)(words.Count - length - 1);
            longest = Math.Max(longest, words.Count - length - 1);
        }

        /// <summary>Starts of the low lanes, and with the first chunk of the high lanes.</summary>
        private void Start(int output, Chunk chunk, LaneRange[]? high)
        {
            for (var r = 0; r < rows; r++)
            {
                words.Add((uint)chunk.Lanes[r].Start + ((uint)(high?[r].Start ?? 0) << lanes[1].Offset));
                Count(output + 2 * r, chunk.Lanes[r].Start);
                Count(output + 2 * r + 1, high?[r].Start ?? 0);
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
