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

    /// <summary>Largest cost; null for the most accurate assignment.</summary>
    public double? Budget { get; init; }

    /// <summary>Largest cost by the second model, where one is given; null for no limit.</summary>
    public double? OtherBudget { get; init; }

    /// <summary>Budgets between the extremes for which the best assignment is reported, at least 2.</summary>
    public int FrontPoints { get; init; } = 12;

    /// <summary>How many assignments are quantized and measured on samples of their own; 0 for none.</summary>
    public int Validated { get; init; } = 3;

    /// <summary>Samples to measure them on, disjoint from those that calibrate.</summary>
    public int ValidationSamples { get; init; } = 2000;
}
