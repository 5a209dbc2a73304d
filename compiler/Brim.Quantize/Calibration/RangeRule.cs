namespace Brim.Quantize.Calibration;

/// <summary>How an activation's range is chosen from its histogram.</summary>
public enum RangeRule
{
    /// <summary>The extremes: nothing is clipped.</summary>
    MinMax,

    /// <summary>A quantile on each side is clipped.</summary>
    Percentile,

    /// <summary>The mean of the largest magnitudes of the samples, with zero point 0 (SPARQ, arXiv 2105.11010).</summary>
    MeanMaximum,

    /// <summary>The range with the smallest mean squared quantization error.</summary>
    MeanSquare,
}
