using Brim.Quantize.Networks;

namespace Brim.Quantize.Search;

/// <summary>What a width search looks at.</summary>
public sealed record WidthSearchOptions
{
    /// <summary>Narrowest weights, 2..8.</summary>
    public int LeastWeightBits { get; init; } = 2;

    /// <summary>Widest weights, 2..8.</summary>
    public int MostWeightBits { get; init; } = 8;

    /// <summary>Narrowest activations, 1..8.</summary>
    public int LeastActivationBits { get; init; } = 3;

    /// <summary>Widest activations, 1..8. The network's input keeps the width of its data.</summary>
    public int MostActivationBits { get; init; } = 8;

    /// <summary>Rounding method of all layers.</summary>
    public string Method { get; init; } = RoundingMethods.Default;

    /// <summary>P: a width that no layer's sum may be able to leave (single accumulation); null for no limit.</summary>
    public int? AccumulatorBits { get; init; }

    /// <summary>Calibration samples on which sensitivities are measured.</summary>
    public int ProbeSamples { get; init; } = 256;
}
