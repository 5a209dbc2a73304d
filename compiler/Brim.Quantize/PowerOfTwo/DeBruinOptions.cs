namespace Brim.Quantize.PowerOfTwo;

/// <summary>Settings of a <see cref="DeBruinSearch"/>.</summary>
/// <param name="AccumulatorBits">P.</param>
/// <param name="Range">Where the range of the sums comes from.</param>
/// <param name="MinBits">Narrowest width of data and weights, at least 2.</param>
/// <param name="MaxBits">Widest width of data and weights, at most 8.</param>
public sealed record DeBruinOptions(int AccumulatorBits, RangeEvidence Range = RangeEvidence.Analytic, int MinBits = 2, int MaxBits = 8);
