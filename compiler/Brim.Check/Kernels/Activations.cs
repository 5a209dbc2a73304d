namespace Brim.Check.Kernels;

/// <summary>Bounds of the multiplied activations of a layer, padding included.</summary>
/// <param name="Lows">Least activation: one, or one an input channel.</param>
/// <param name="Highs">Greatest activation.</param>
/// <param name="Padding">Activation of padding, or null.</param>
internal sealed record Activations(long[] Lows, long[] Highs, long? Padding)
{
    /// <summary>Bounds of an input channel.</summary>
    public (long Low, long High) this[int channel]
    {
        get
        {
            var (low, high) = (Lows[Lows.Length == 1 ? 0 : channel], Highs[Highs.Length == 1 ? 0 : channel]);
            return Padding is { } p ? (Math.Min(low, p), Math.Max(high, p)) : (low, high);
        }
    }

    /// <summary>Bounds over all channels.</summary>
    public (long Low, long High) All => Padding is { } p ? (Math.Min(Lows.Min(), p), Math.Max(Highs.Max(), p)) : (Lows.Min(), Highs.Max());

    /// <summary>Bounds of computed weights, where weights are computed.</summary>
    public (long Low, long High) Weights { get; init; }
}
