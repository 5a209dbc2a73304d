using Brim.Quantize.Networks;

namespace Brim.Quantize.Search;

/// <summary>Widths that one layer may get, with what was measured of them.</summary>
/// <param name="Widths">The widths.</param>
/// <param name="WeightError">Divergence of the network's output when only this layer's weights are rounded.</param>
/// <param name="AccumulatorBits">Width that no sum of the layer can leave, whatever the activations.</param>
public sealed record LayerCandidate(LayerWidths Widths, double WeightError, int AccumulatorBits)
{
    /// <summary>The pair of widths.</summary>
    public WidthOption Option => new(Widths.WeightBits, Widths.ActivationBits);
}
