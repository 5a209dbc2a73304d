using Brim.Quantize.Networks;
using Brim.Quantize.PowerOfTwo;

namespace Brim.Quantize.Recipes;

/// <summary>What a recipe says about some layers; what it does not say (null) comes from the recipe's defaults.</summary>
/// <param name="WeightBits">2..8.</param>
/// <param name="ActivationBits">1..8.</param>
/// <param name="Method">One of <see cref="RoundingMethods.Names"/>.</param>
/// <param name="AccumulatorBits">8..32.</param>
/// <param name="TileSize">Inputs that share an accumulator, at least 1; the whole dot product where an accumulator is given without.</param>
/// <param name="Unbounded">True for a layer without accumulator bound where the defaults have one.</param>
/// <param name="Range">For method debruin: where the range of the sums comes from.</param>
public sealed record LayerOverride(
    int? WeightBits = null, int? ActivationBits = null, string? Method = null, int? AccumulatorBits = null, int? TileSize = null, bool Unbounded = false,
    RangeEvidence? Range = null)
{
    /// <summary>An override that leaves nothing to the defaults.</summary>
    public static LayerOverride All(LayerWidths widths)
    {
        ArgumentNullException.ThrowIfNull(widths);
        return new(widths.WeightBits, widths.ActivationBits, widths.Method, widths.AccumulatorBits, widths.TileSize, widths.AccumulatorBits is null, widths.Range);
    }

    /// <summary>The widths of a layer.</summary>
    public LayerWidths Apply(LayerWidths defaults)
    {
        ArgumentNullException.ThrowIfNull(defaults);
        // An accumulator comes with its tile: a layer with one of its own does not share it as the defaults do.
        var (accumulator, tile) = Unbounded ? (null, null)
            : AccumulatorBits is not null ? (AccumulatorBits, TileSize)
            : (defaults.AccumulatorBits, TileSize ?? defaults.TileSize);
        var method = Method ?? defaults.Method;
        return new(WeightBits ?? defaults.WeightBits, ActivationBits ?? defaults.ActivationBits, method, accumulator, tile,
            method == RoundingMethods.DeBruin ? Range ?? defaults.Range : RangeEvidence.Analytic);
    }
}
