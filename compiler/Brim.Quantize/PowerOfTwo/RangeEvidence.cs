namespace Brim.Quantize.PowerOfTwo;

/// <summary>Where the range of a layer's sums comes from.</summary>
public enum RangeEvidence
{
    /// <summary>max|x| sum|w| + |b|: cannot be exceeded.</summary>
    Analytic,

    /// <summary>Non-negative data: the larger of the positive and the negative side. Cannot be exceeded.</summary>
    AnalyticTwoSided,

    /// <summary>The largest sum seen on calibration data: no guarantee.</summary>
    Observed,
}
