namespace Brim.Compile.Accumulators;

/// <summary>Weights of <c>brim_lanes_conv_pixels</c>: bytes of four channels, multiplied by two pixels in every halfword (smlad-pixels).</summary>
public static class PixelsStream
{
    /// <summary>Unrolled steps of the tile function.</summary>
    public const int Segment = 48;

    private const int Tile = 4;

    /// <summary>Packs a filter of any kernel.</summary>
    /// <param name="filter">Weights.</param>
    /// <param name="bounds">Activations, at most 15.</param>
    /// <param name="laneLimit">Most bits that a lane may need, however wide it is.</param>
    public static PackingOutcome Build(FilterCodes filter, ActivationBounds bounds, int laneLimit = 64)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(bounds);
        var packing = PackingCatalog.SmladPixels;
        return packing.ActivationsFit(bounds.Greatest)
            ? Spaced(new PixelsWriter(packing, filter, bounds, laneLimit).Write(Tile))
            : PackingOutcome.Declined($"activations up to {bounds.Greatest} do not fit (limit {RowPolynomial.Greatest(packing.ActivationsFit)})");
    }

    private static PackingOutcome Spaced(PackingOutcome outcome) =>
        outcome.Layer is { } layer ? PackingOutcome.Of(layer with { Spacing = PackingCatalog.SmladPixels.ActivationFields[1] }) : outcome;

    private sealed class PixelsWriter(Packing packing, FilterCodes filter, ActivationBounds bounds, int laneLimit)
        : LowHighWriter(packing, filter, bounds, Tile, Tile, Segment, laneLimit)
    {
        private protected override int Output(int first, int lane, bool isHigh) => first + lane;

        private protected override void Step(int first, int step)
        {
            for (var output = first; output < first + Tile; output += 2)
            {
                var word = 0u;
                for (var half = 0; half < Packing.Halves; half++)
                {
                    var tap = DualStream.Tap(step, half);
                    word |= (uint)((byte)Filter.Tap(output, tap) | (byte)Filter.Tap(output + 1, tap) << 8) << (16 * half);
                }
                Words.Add(word);
            }
        }
    }
}
