using Brim.Compile.Accumulators;

namespace Brim.Targets.Arm.Lanes;

/// <summary>Convolutions with two channels by two pixels in 64 bits: lanes_conv_quad.c.</summary>
public sealed class LaneConvQuadRule() : LanePairsRule(PackingCatalog.SmlalQuad, "lanes_conv_quad", blockWords: 8)
{
    /// <summary>The widest lanes that the activations leave room for.</summary>
    private protected override IEnumerable<(string Name, PackingOutcome Outcome)> Variants(LaneLayer layer)
    {
        var spacing = new[] { 14, 13, 12 }.FirstOrDefault(s => PackingCatalog.SmlalQuadSpaced(s).ActivationsFit(layer.Bounds.Greatest), 12);
        return [($"fields of {spacing} bits", QuadStream.Build(layer.Filter, layer.Bounds, spacing, layer.LaneLimit))];
    }

    private protected override (long Chunks, long High) Spills(PackedLayer packed) => (packed.Tiles.Sum(t => t.Chunks.Length - 1L), 0);

    private protected override (long Steps, long Segments) Steps(PackedLayer packed) =>
        (packed.Tiles.Sum(t => t.Chunks.Sum(c => (long)c.End - c.Begin)), packed.Tiles.Sum(t => (long)t.Chunks.Length));
}
