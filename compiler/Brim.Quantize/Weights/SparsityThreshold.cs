namespace Brim.Quantize.Weights;

/// <summary>How sparse GPFQ sends small values to zero (arXiv 2201.11113, section 5).</summary>
public enum SparsityThreshold
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>l1: magnitudes lose the threshold.</summary>
    Soft,

    /// <summary>l0: magnitudes up to the threshold become 0, others stay.</summary>
    Hard,
}
