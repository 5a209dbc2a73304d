using System.Collections.Immutable;

namespace Brim.Compile.Accumulators;

/// <summary>Weights of <c>brim_lanes_depthwise3x3_rows</c>: nine taps in a single chunk (smlal-rows).</summary>
public static class DepthwiseRows
{
    private static readonly ImmutableArray<int> Spacings = [12, 13];

    /// <summary>Packs a depthwise 3 x 3 filter, given as one of one input channel, with the closest fields that hold it.</summary>
    /// <param name="filter">[channel][3][3][1].</param>
    /// <param name="bounds">Activations of each channel.</param>
    /// <param name="laneLimit">Most bits that a lane may need, however wide it is.</param>
    public static PackingOutcome Build(FilterCodes filter, ActivationBounds bounds, int laneLimit = 64)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(bounds);
        var outcomes = Spacings.Select(s => Build(filter, bounds, s, laneLimit)).ToList();
        return outcomes.FirstOrDefault(o => o.Layer is not null) ?? outcomes[0];
    }

    /// <summary>Packs it with fields at one distance.</summary>
    /// <param name="filter">[channel][3][3][1].</param>
    /// <param name="bounds">Activations; at most 127 for fields 12 bits apart, 63 for 13. The lanes of all channels start for the greatest.</param>
    /// <param name="spacing">Bits from field to field, 12 or 13.</param>
    /// <param name="laneLimit">Most bits that a lane may need, however wide it is.</param>
    public static PackingOutcome Build(FilterCodes filter, ActivationBounds bounds, int spacing, int laneLimit = 64)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(bounds);
        var packing = RowPolynomial.Spaced(spacing);
        if (DepthwiseCodes.Objection(filter) is { } objection)
            return PackingOutcome.Declined(objection);
        if (!packing.WeightsFit(filter.Limit))
            return PackingOutcome.Declined($"weights up to {filter.Limit} do not fit (limit {RowPolynomial.Greatest(packing.WeightsFit)})");
        if (!packing.ActivationsFit(bounds.Greatest))
            return PackingOutcome.Declined($"activations up to {bounds.Greatest} do not fit (limit {RowPolynomial.Greatest(packing.ActivationsFit)})");

        var lanes = packing.Lanes;
        var starts = ImmutableArray.CreateBuilder<long>(filter.Outputs);
        var tiles = ImmutableArray.CreateBuilder<PackedTile>(filter.Outputs);
        for (var c = 0; c < filter.Outputs; c++)
        {
            var ranges = Ranges(filter, c, lanes, bounds.Greatest);
            for (var i = 0; i < lanes.Length; i++)
            {
                var bits = Math.Min(lanes[i].Bits, laneLimit);
                if (!ranges[i].Fits(bits))
                    return PackingOutcome.Declined($"channel {c}: lane {i} spans {ranges[i].Width}, more than {bits} bits");
            }
            starts.Add(ranges[2].Start);
            tiles.Add(new PackedTile(c, [.. lanes.Select(l => new TileLane(c, l.Offset, l.Bits))], [new Chunk(0, 3, ranges)]));
        }
        return PackingOutcome.Of(new PackedLayer(DepthwiseCodes.Words(filter), starts.MoveToImmutable(), [], [], LongestTile: 0, tiles.MoveToImmutable()) { Spacing = spacing });
    }

    private static ImmutableArray<LaneRange> Ranges(FilterCodes filter, int output, ImmutableArray<Lane> lanes, int greatest)
    {
        var ranges = new LaneRange[lanes.Length];
        Span<int> taps = stackalloc int[3];
        for (var row = 0; row < 3; row++)
        {
            RowPolynomial.Read(filter, output, row, 0, taps);
            for (var i = 0; i < lanes.Length; i++)
                ranges[i] += RowPolynomial.Range(lanes[i], taps, greatest);
        }
        return [.. ranges];
    }
}
