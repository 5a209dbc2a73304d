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

    private const int ConvolutionRows = 2;
    private const int DenseRows = 8;
    private const uint HasHead = 0x8000_0000;
    private const uint Jump = 0x0800_0000;

    /// <summary>Packs a convolution: tiles of four channels, segments of 48 steps.</summary>
    /// <param name="filter">Weights, at most 7.</param>
    /// <param name="bounds">Activations.</param>
    /// <param name="budgets">
    /// Bytes that the stream may take; a layer for each. A tile's first steps are stored as its function reads them, a byte a weight, the last ones, at
    /// least one, in 4 bits a weight and expanded at run time: so many as the budget asks for, all of them where it cannot be kept.
    /// </param>
    /// <param name="laneLimit">Most bits that a lane may need, however wide it is.</param>
    public static IReadOnlyList<PackingOutcome> BuildConvolution(FilterCodes filter, ActivationBounds bounds, IReadOnlyList<int> budgets, int laneLimit = 64) =>
        Build(filter, bounds, ConvolutionRows, ConvolutionSegment, budgets, laneLimit);

    /// <summary>Packs a fully connected layer (kernel 1 x 1): tiles of 16 channels, segments of 32 steps.</summary>
    /// <param name="filter">Weights, at most 7.</param>
    /// <param name="bounds">Activations.</param>
    /// <param name="budgets">Bytes that the stream may take, as for a convolution.</param>
    /// <param name="laneLimit">Most bits that a lane may need, however wide it is.</param>
    public static IReadOnlyList<PackingOutcome> BuildDense(FilterCodes filter, ActivationBounds bounds, IReadOnlyList<int> budgets, int laneLimit = 64) =>
        Build(filter, bounds, DenseRows, DenseSegment, budgets, laneLimit);

    /// <summary>Tap of a step's halfword: expanding four bytes gives the pairs (0, 2) and (1, 3).</summary>
    public static int Tap(int step, int half) => step / 2 * 4 + step % 2 + 2 * half;

    private static IReadOnlyList<PackingOutcome> Build(
        FilterCodes filter, ActivationBounds bounds, int rows, int segment, IReadOnlyList<int> budgets, int laneLimit)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(bounds);
        ArgumentNullException.ThrowIfNull(budgets);
        var packing = PackingCatalog.SmladDual;
        if (!packing.WeightsFit(filter.Limit))
            return [PackingOutcome.Declined($"weights up to {filter.Limit} do not fit (limit 7)")];
        if (!packing.ActivationsFit(bounds.Greatest))
            return [PackingOutcome.Declined($"activations up to {bounds.Greatest} do not fit 16 bits")];
        var writer = new DualWriter(packing, filter, bounds, rows, segment, laneLimit);
        return writer.Cut(2 * rows) is { } refusal
            ? [PackingOutcome.Declined(refusal)]
            : [.. budgets.Select(b => PackingOutcome.Of(writer.Write(b)))];
    }

    private sealed class DualWriter(Packing packing, FilterCodes filter, ActivationBounds bounds, int rows, int segment, int laneLimit)
        : LowHighWriter(packing, filter, bounds, rows, segment, laneLimit)
    {
        private protected override int Output(int first, int lane, bool isHigh) => first + (2 * lane) + (isHigh ? 1 : 0);

        /// <summary>The stream with the shortest tails that keep it within a budget, the longest if none do.</summary>
        public PackedLayer Write(int budget)
        {
            var (below, tail) = (0, Steps);
            var layer = Stream(tail);
            while (layer.Bytes <= budget && tail - below > 1)
            {
                var middle = (below + tail) / 2;
                if (Stream(middle) is { } shorter && shorter.Bytes <= budget)
                    (tail, layer) = (middle, shorter);
                else
                    below = middle;
            }
            return layer;
        }

        /// <summary>The stream whose tiles end with a number of steps in 4 bits, at least one.</summary>
        private PackedLayer Stream(int tail)
        {
            var words = new List<uint>();
            var (longest, expanded) = (0, 0L);
            foreach (var tile in Tiles)
            {
                var split = Steps - tail;
                var head = tile.Segments.Where(s => s.Begin < split).Select(s => s with { End = Math.Min(s.End, split) }).ToList();
                var rest = tile.Segments.Where(s => s.End > split)
                    .Select(s => s.Begin >= split ? s : new Segment(0, [], split, s.End)).ToList();
                var word = words.Count;
                words.Add(tile.End);
                if (head.Count > 0)
                {
                    words.Add(0);
                    foreach (var s in head)
                        Write(tile.Output, s, isTail: false, words);
                    words.Add(Jump);
                    words[word] |= HasHead;
                    words[word + 1] = (uint)(words.Count - word - 2);
                }
                var begin = words.Count;
                foreach (var s in rest)
                    Write(tile.Output, s, isTail: true, words);
                words[word] |= checked((uint)(words.Count - begin));
                expanded += tail;
                longest = Math.Max(longest, rest.Sum(s => 1 + StartWords(s).Count() + (Lanes * (s.End - s.Begin))) + 1);
            }
            return Layer(words, longest) with { ExpandedSteps = expanded };
        }

        /// <summary>Whole accumulators take a word each, low lanes half of one.</summary>
        private static IEnumerable<uint> StartWords(Segment segment) => segment.Starts.Length == 0 || segment.Header == 0 || (segment.Header & High) != 0
            ? segment.Starts
            : segment.Starts.Chunk(2).Select(pair => pair[0] | (pair[1] << 16));

        private void Write(int first, Segment segment, bool isTail, List<uint> words)
        {
            words.Add(segment.Word);
            words.AddRange(StartWords(segment));
            for (var step = segment.Begin; step < segment.End; step++)
            {
                for (var row = 0; row < Lanes; row += isTail ? 2 : 1)
                    words.Add(isTail ? Codes(Word(first, row, step)) | uint.RotateLeft(Codes(Word(first, row + 1, step)), 8) : Word(first, row, step));
            }
        }

        /// <summary>The fields of a word in 4 bits: the low ones a + 8, the high ones as they are.</summary>
        private static uint Codes(uint word) => (uint)(((ushort)(word + 8) & 0xF00F) | ((ushort)((word >> 16) + 8) & 0xF00F) << 16);

        private uint Word(int first, int row, int step)
        {
            var word = 0u;
            for (var half = 0; half < Packing.Halves; half++)
            {
                var tap = Tap(step, half);
                var halfword = Packing.WeightWord([Filter.Tap(first + (2 * row), tap), Filter.Tap(first + (2 * row) + 1, tap)]);
                word |= (halfword & 0xFFFF) << (16 * half);
            }
            return word;
        }
    }
}
