using System.Collections.Immutable;

namespace Brim.Quantize.Weights;

/// <summary>
/// The values a layer's weights may take: scale[row] * code with |code| at most 2^(M-1) - 1. Symmetric (2^M - 1 levels), so that
/// negation never overflows and packed weights fit their field.
/// </summary>
/// <param name="Bits">Weight width M, 2..8.</param>
/// <param name="Scales">One positive scale an output channel (all equal for a per-tensor grid).</param>
public sealed record WeightGrid(int Bits, ImmutableArray<double> Scales)
{
    /// <summary>The largest code.</summary>
    public int Limit => (1 << (Bits - 1)) - 1;

    /// <summary>Code of the grid point nearest to a value, ties to even.</summary>
    public int Nearest(int row, double value) => (int)Math.Clamp(Math.Round(value / Scales[row]), -Limit, Limit);

    /// <summary>The same grid with other scales.</summary>
    public WeightGrid WithScales(ImmutableArray<double> scales) => this with { Scales = scales };
}
