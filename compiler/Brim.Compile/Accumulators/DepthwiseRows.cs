using System.Collections.Immutable;

namespace Brim.Compile.Accumulators;

/// <summary>
/// Weights of <c>brim_lanes_depthwise3x3_rows</c>: nine taps in a single chunk (smlal-rows). Where whole weights would overflow their lanes, their low
/// bits and what is above them are summed in lanes of their own. The stream holds the weights as they are; the kernel makes the words and the starts of
/// the lanes from them.
/// </summary>
public static class DepthwiseRows
{
    /// <summary>Fewest bits of a stored weight.</summary>
    private const int LeastCodeBits = 2;

    /// <summary>Low bits of a split weight: codes of 8 bits then have halves of 4.</summary>
    private const int Low = 4;

    /// <summary>Bits of a stored weight: as many as the longest code needs in two's complement.</summary>
    /// <param name="filter">[channel][3][3][1].</param>
    public static int CodeBits(FilterCodes filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return filter.Codes.Select(w => AccumulatorBounds.SignedBits(w, w)).Append(LeastCodeBits).Max();
    }

    /// <summary>Packs a depthwise 3 x 3 filter, given as one of one input channel, in the cheapest form that holds it.</summary>
    /// <param name="filter">[channel][3][3][1].</param>
    /// <param name="bounds">Activations of each channel.</param>
    /// <param name="laneLimit">Most bits that a lane may need, however wide it is.</param>
    public static PackingOutcome Build(FilterCodes filter, ActivationBounds bounds, int laneLimit = 64)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(bounds);
        PackingOutcome? first = null;
        foreach (var (spacing, splitBits) in new[] { (12, 0), (13, 0), (12, Low), (13, Low) })
        {
            var outcome = Build(filter, bounds, spacing, splitBits, laneLimit);
            if (outcome.Layer is not null)
                return outcome;
            first ??= outcome;
        }
        return first!;
    }

    /// <summary>Packs it in one form.</summary>
    /// <param name="filter">[channel][3][3][1].</param>
    /// <param name="bounds">Activations; at most 127 for fields 12 bits apart, 63 for 13. The lanes of all channels start for the greatest.</param>
    /// <param name="spacing">Bits from field to field, 12 or 13.</param>
    /// <param name="splitBits">Low bits of a weight that are summed apart; 0 to sum whole weights.</param>
    /// <param name="laneLimit">Most bits that a lane may need, however wide it is.</param>
    public static PackingOutcome Build(FilterCodes filter, ActivationBounds bounds, int spacing, int splitBits, int laneLimit = 64)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(bounds);
        var packing = RowPolynomial.Spaced(spacing);
        if (filter.Height != 3 || filter.Width != 3 || filter.Channels != 1)
            return PackingOutcome.Declined($"needs a 3x3 kernel of one channel, not {filter.Height}x{filter.Width}x{filter.Channels}");
        var parts = splitBits == 0 ? [filter] : Split(filter, splitBits);
        if (parts.FirstOrDefault(p => !packing.WeightsFit(p.Limit)) is { } wide)
            return PackingOutcome.Declined($"weights up to {wide.Limit} do not fit (limit {RowPolynomial.Greatest(packing.WeightsFit)})");
        if (!packing.ActivationsFit(bounds.Greatest))
            return PackingOutcome.Declined($"activations up to {bounds.Greatest} do not fit (limit {RowPolynomial.Greatest(packing.ActivationsFit)})");

        var writer = new PartWriter(packing, bounds.Greatest, laneLimit);
        for (var c = 0; c < filter.Outputs; c++)
        {
            for (var part = 0; part < parts.Length; part++)
            {
                if (writer.Add(parts[part], c, part * splitBits) is { } refusal)
                    return PackingOutcome.Declined(refusal);
            }
        }
        return PackingOutcome.Of(writer.Layer(Words(filter)) with { SplitBits = splitBits });
    }

    private static ImmutableArray<uint> Words(FilterCodes filter)
    {
        var bits = CodeBits(filter);
        var words = new uint[((filter.Codes.Length * bits) + 31) / 32];
        for (var i = 0; i < filter.Codes.Length * bits; i++)
            words[i / 32] |= (uint)(filter.Codes[i / bits] >> (i % bits) & 1) << (i % 32);
        return [.. words];
    }

    /// <summary>Weights as low + 2^bits * high, low being in two's complement.</summary>
    private static FilterCodes[] Split(FilterCodes filter, int bits)
    {
        var half = 1 << (bits - 1);
        return
        [
            filter with { Codes = [.. filter.Codes.Select(w => (sbyte)(((w + half) & ((1 << bits) - 1)) - half))] },
            filter with { Codes = [.. filter.Codes.Select(w => (sbyte)((w + half) >> bits))] },
        ];
    }

    private sealed class PartWriter(Packing packing, int greatest, int laneLimit)
    {
        private readonly ImmutableArray<Lane> lanes = packing.Lanes;
        private readonly SortedDictionary<int, long> starts = [];
        private readonly List<PackedTile> tiles = [];

        /// <summary>Adds a part of a channel, or returns why it does not fit.</summary>
        public string? Add(FilterCodes filter, int output, int shift)
        {
            var ranges = new LaneRange[lanes.Length];
            Span<int> taps = stackalloc int[3];
            for (var row = 0; row < 3; row++)
            {
                RowPolynomial.Read(filter, output, row, 0, taps);
                for (var i = 0; i < lanes.Length; i++)
                    ranges[i] += RowPolynomial.Range(lanes[i], taps, greatest);
            }
            for (var i = 0; i < lanes.Length; i++)
            {
                var bits = Math.Min(lanes[i].Bits, laneLimit);
                if (!ranges[i].Fits(bits))
                    return $"channel {output}: lane {i} spans {ranges[i].Width}, more than {bits} bits";
            }
            starts[output] = starts.GetValueOrDefault(output) + (ranges[2].Start << shift);
            tiles.Add(new PackedTile(output, [.. lanes.Select(l => new TileLane(output, l.Offset, l.Bits))], [new Chunk(0, 3, [.. ranges])]));
            return null;
        }

        public PackedLayer Layer(ImmutableArray<uint> words) =>
            new(words, [.. starts.Values], [], [], LongestTile: 0, [.. tiles]) { Spacing = packing.WeightFields[1] };
    }
}
