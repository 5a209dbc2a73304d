using System.Collections.Immutable;

namespace Brim.Compile.Accumulators;

/// <summary>Weights of <c>brim_lanes_depthwise3x3_rows</c>: nine taps in a single chunk (smlal-rows).</summary>
public static class DepthwiseRows
{
    /// <summary>Words of one channel: three rows of taps, the start (low, high), left, right.</summary>
    public const int ChannelWords = 7;

    /// <summary>Packs a depthwise 3 x 3 filter, given as one of one input channel.</summary>
    /// <param name="filter">[channel][3][3][1], codes at most 127.</param>
    /// <param name="bounds">Activations of each channel, at most 127.</param>
    public static PackingOutcome Build(FilterCodes filter, ActivationBounds bounds)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(bounds);
        var packing = PackingCatalog.SmlalRows;
        if (filter.Height != 3 || filter.Width != 3 || filter.Channels != 1)
            return PackingOutcome.Declined($"needs a 3x3 kernel of one channel, not {filter.Height}x{filter.Width}x{filter.Channels}");
        if (!packing.WeightsFit(filter.Limit))
            return PackingOutcome.Declined($"weights up to {filter.Limit} do not fit (limit 127)");
        if (!packing.ActivationsFit(bounds.Greatest))
            return PackingOutcome.Declined($"activations up to {bounds.Greatest} do not fit (limit 127)");

        var lanes = packing.Lanes;
        var words = ImmutableArray.CreateBuilder<uint>();
        var starts = ImmutableArray.CreateBuilder<long>();
        var left = ImmutableArray.CreateBuilder<long>();
        var right = ImmutableArray.CreateBuilder<long>();
        var tiles = ImmutableArray.CreateBuilder<PackedTile>();
        Span<int> taps = stackalloc int[3];
        for (var c = 0; c < filter.Outputs; c++)
        {
            var ranges = new LaneRange[lanes.Length];
            for (var row = 0; row < 3; row++)
            {
                RowPolynomial.Read(filter, c, row, 0, taps);
                words.Add(RowPolynomial.Word(packing, taps));
                for (var i = 0; i < lanes.Length; i++)
                    ranges[i] += RowPolynomial.Range(lanes[i], taps, bounds[c]);
            }
            for (var i = 0; i < lanes.Length; i++)
                if (!ranges[i].Fits(lanes[i].Bits))
                    return PackingOutcome.Declined($"channel {c}: lane {i} spans {ranges[i].Width}, more than {lanes[i].Bits} bits");

            var start = 0ul;
            for (var i = 0; i < lanes.Length; i++)
                start += (ulong)ranges[i].Start << lanes[i].Offset;
            words.Add((uint)start);
            words.Add((uint)(start >> 32));
            starts.Add(ranges[2].Start);
            left.Add(ranges[4].Start + RowPolynomial.Side(filter, c, 0, bounds.Padding));
            right.Add(ranges[0].Start + RowPolynomial.Side(filter, c, 2, bounds.Padding));
            // Only lane 1 of the first block is an output, so the carry of lane 3 into its lane 0 may be anything that fits: 0.
            words.Add((uint)left[c] << lanes[1].Offset);
            words.Add((uint)right[c]);
            tiles.Add(new PackedTile(
                c,
                [.. lanes.Select(l => new TileLane(c, l.Offset, l.Bits))],
                [new Chunk(0, 3, [.. ranges])]));
        }
        return PackingOutcome.Of(new PackedLayer(
            words.ToImmutable(), starts.ToImmutable(), left.ToImmutable(), right.ToImmutable(), ChannelWords, tiles.ToImmutable()));
    }
}
