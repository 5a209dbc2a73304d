namespace Brim.Quantize.Search;

/// <summary>A pair of widths a layer may get.</summary>
/// <param name="WeightBits">2..8.</param>
/// <param name="ActivationBits">1..8, of the layer's input.</param>
public readonly record struct WidthOption(int WeightBits, int ActivationBits)
{
    /// <summary>Prints <c>w4a6</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"w{WeightBits}a{ActivationBits}");
}
