namespace Brim.Quantize.Search;

/// <summary>
/// A model of instructions on a core with SMLAD, from widths alone: two 16-bit multiplications an instruction with one 32-bit accumulator, or
/// two output channels a word in lanes of 16 - M bits, whose sums move to 32 bits after every chunk that such a lane can hold. The cheaper one
/// counts. A compiler's own cost of the rounded weights is better where there is one; this needs no weights.
/// </summary>
public sealed class PackedCycleCost : ILayerCost
{
    // Instructions a multiply-accumulate with weights and activations blocked 2 x 4: loads, multiplications, and the shares of loops.
    private const double WideRate = 0.88;
    private const double PackedRate = 0.44;

    // Instructions that move a lane's sum out, for one multiply-accumulate of its chunk.
    private const double SpillCost = 6.7;

    // A dot product over one channel loads an activation for every weight.
    private const double DepthwiseFactor = 3;

    // Mean magnitude of rounded weights, in units of the largest code.
    private const double MeanMagnitude = 0.36;

    // Im2col and rescaling, for one output element and one factor.
    private const double PerOutput = 12;
    private const int HalfWord = 16;

    /// <inheritdoc/>
    public string Unit => "instructions";

    /// <inheritdoc/>
    public double Of(SearchLayer layer, WidthOption widths)
    {
        ArgumentNullException.ThrowIfNull(layer);
        var lane = HalfWord - widths.WeightBits;
        var mean = Math.Max(MeanMagnitude * ((1 << (widths.WeightBits - 1)) - 1), 0.5);
        var chunk = Math.Min(((1 << lane) - 1) / (((1 << widths.ActivationBits) - 1) * mean), layer.Length);
        var rate = Math.Min(WideRate, PackedRate + (SpillCost / chunk));
        return (layer.Macs * rate * (layer.IsDepthwise ? DepthwiseFactor : 1)) + (PerOutput * layer.Macs / layer.Length);
    }
}
