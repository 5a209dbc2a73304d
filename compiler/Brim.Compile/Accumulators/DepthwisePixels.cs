using System.Collections.Immutable;

namespace Brim.Compile.Accumulators;

/// <summary>Weights of <c>brim_lanes_depthwise3x3_pixels</c> and <c>_dual16</c>: nine taps in a single chunk, two pixels a word (smlal-pixels, dual16-pixels).</summary>
public static class DepthwisePixels
{
    /// <summary>Packs a depthwise 3 x 3 filter, given as one of one input channel.</summary>
    /// <param name="filter">[channel][3][3][1].</param>
    /// <param name="bounds">Activations of each channel, at most 255. The lanes of all channels start for the greatest.</param>
    /// <param name="laneLimit">Most bits that a lane may need, however wide it is.</param>
    public static PackingOutcome Build(FilterCodes filter, ActivationBounds bounds, int laneLimit = 64)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(bounds);
        if (DepthwiseCodes.Objection(filter) is { } objection)
            return PackingOutcome.Declined(objection);
        var lanes = PackingCatalog.SmlalPixels.Lanes;
        var bits = Math.Min(lanes[0].Bits, laneLimit);
        var starts = ImmutableArray.CreateBuilder<long>(filter.Outputs);
        var tiles = ImmutableArray.CreateBuilder<PackedTile>(filter.Outputs);
        for (var c = 0; c < filter.Outputs; c++)
        {
            var range = Enumerable.Range(0, filter.Taps).Aggregate(default(LaneRange), (sum, tap) => sum + LaneRange.Of(filter.Tap(c, tap), bounds.Greatest));
            if (!range.Fits(bits))
                return PackingOutcome.Declined($"channel {c}: sums span {range.Width}, more than {bits} bits");
            starts.Add(range.Start);
            tiles.Add(new PackedTile(c, [.. lanes.Select(l => new TileLane(c, l.Offset, l.Bits))], [new Chunk(0, 3, [range, range])]));
        }
        return PackingOutcome.Of(new PackedLayer(DepthwiseCodes.Words(filter), starts.MoveToImmutable(), [], [], LongestTile: 0, tiles.MoveToImmutable()));
    }
}
