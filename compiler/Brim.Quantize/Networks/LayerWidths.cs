using Brim.Quantize.PowerOfTwo;

namespace Brim.Quantize.Networks;

/// <summary>How one layer that multiplies by constant weights is quantized.</summary>
/// <param name="WeightBits">2..8.</param>
/// <param name="ActivationBits">Width of the layer's input, 1..8. Where several layers read one value, it gets the widest.</param>
/// <param name="Method">Name of the method, one of <see cref="RoundingMethods.Names"/>.</param>
/// <param name="AccumulatorBits">Accumulator that the layer's sums must fit; null for none.</param>
/// <param name="TileSize">Inputs that share such an accumulator; null for the whole dot product. AXE only.</param>
/// <param name="Range">For method debruin: where the range of the sums comes from. With an observed range nothing is proved.</param>
public sealed record LayerWidths(
    int WeightBits,
    int ActivationBits,
    string Method = RoundingMethods.Default,
    int? AccumulatorBits = null,
    int? TileSize = null,
    RangeEvidence Range = RangeEvidence.Analytic)
{
    /// <summary>Prints <c>w4a6 optq</c>.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"w{WeightBits}a{ActivationBits} {Method}")
        + (AccumulatorBits is { } p ? FormattableString.Invariant($" P={p}") : "")
        + (TileSize is { } t ? FormattableString.Invariant($" tile={t}") : "")
        + (Range == RangeEvidence.Observed ? " observed, no guarantee" : "");
}
