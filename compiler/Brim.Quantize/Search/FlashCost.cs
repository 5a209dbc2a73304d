namespace Brim.Quantize.Search;

/// <summary>Flash for constants: weights packed without gaps, and a bias and a factor of 32 bits each for every output channel.</summary>
public sealed class FlashCost : ILayerCost
{
    private const int BytesPerChannel = 8;

    /// <inheritdoc/>
    public string Unit => "bytes";

    /// <inheritdoc/>
    public double Of(SearchLayer layer, WidthOption widths)
    {
        ArgumentNullException.ThrowIfNull(layer);
        return Math.Ceiling(layer.Weights * widths.WeightBits / 8.0) + (BytesPerChannel * layer.Channels);
    }
}
