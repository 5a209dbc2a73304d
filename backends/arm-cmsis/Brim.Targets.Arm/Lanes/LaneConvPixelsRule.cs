using Brim.Compile.Accumulators;

namespace Brim.Targets.Arm.Lanes;

/// <summary>Convolutions with two pixels in a halfword: lanes_conv_pixels.c.</summary>
public sealed class LaneConvPixelsRule() : LanePairsRule(PackingCatalog.SmladPixels, "lanes_conv_pixels", blockWords: 4)
{
    private protected override IEnumerable<(string Name, PackingOutcome Outcome)> Variants(LaneLayer layer) =>
        [("", PixelsStream.Build(layer.Filter, layer.Bounds, layer.LaneLimit))];

    private protected override (long Chunks, long High) Spills(PackedLayer packed) =>
        (packed.Tiles.Where(t => t.Lanes[0].Offset == 0).Sum(t => t.Chunks.Length - 1L), packed.Tiles.Where(t => t.Lanes[0].Offset != 0).Sum(t => t.Chunks.Length - 1L));

    private protected override (long Steps, long Segments) Steps(PackedLayer packed)
    {
        var low = packed.Tiles.Where(t => t.Lanes[0].Offset == 0).SelectMany(t => t.Chunks).ToList();
        return (low.Sum(c => (long)c.End - c.Begin), low.Sum(c => (c.End - c.Begin + PixelsStream.Segment - 1L) / PixelsStream.Segment));
    }
}
