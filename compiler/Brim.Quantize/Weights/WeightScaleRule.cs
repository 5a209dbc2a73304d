namespace Brim.Quantize.Weights;

/// <summary>How the scales of a layer's weights are chosen.</summary>
public enum WeightScaleRule
{
    /// <summary>The smallest squared rounding error, columns weighted by the power of their inputs.</summary>
    MeanSquare,

    /// <summary>The largest magnitude becomes the largest code: max|w| / (2^(M-1) - 1).</summary>
    MaxAbs,

    /// <summary>The alphabet of GPFQ (arXiv 2201.11113, section 6): one step 1.16 R / 2^(M-1) a layer, R the mean over channels of max|w|.</summary>
    Gpfq,

    /// <summary>The whole range of a channel in 2^M - 1 steps: 2 max|w| / (2^M - 1) (SPARQ, arXiv 2105.11010). Half a step of the largest magnitude is clipped.</summary>
    FullRange,

    /// <summary>One power of two a layer: the smallest whose integer bits hold max|w| (de Bruin et al. 2020).</summary>
    PowerOfTwo,
}
