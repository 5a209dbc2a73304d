using Brim.Check.Source;

namespace Brim.Check.Kernels;

/// <summary>Where the words of the row kernels hold what, for fields that lie so many bits apart (lanes_rows_tile.h).</summary>
/// <param name="Spacing">12 or 13.</param>
internal sealed record RowsFields(int Spacing)
{
    /// <summary>Those of a call.</summary>
    public static RowsFields Of(ParameterSet p) => new(p.Integer("spacing", 12, 13));

    /// <summary>Offsets of taps 2, 1 and 0 of a filter row in a weight word.</summary>
    public int[] WeightOffsets { get; } = [0, Spacing, 2 * Spacing];

    /// <summary>Offsets of the lanes.</summary>
    public int[] LaneOffsets { get; } = [0, Spacing, 2 * Spacing, 3 * Spacing, 4 * Spacing];

    /// <summary>Widths of the lanes.</summary>
    public int[] LaneBits { get; } = [Spacing, Spacing, Spacing, Spacing, 64 - (4 * Spacing)];

    /// <summary>Widths of lanes 0 to 4 in the running sums of all chunks.</summary>
    public int[] SumBits { get; } = [2 * Spacing, 2 * Spacing, 32, 64 - (3 * Spacing), 32];

    /// <summary>Largest activation: three of them make a signed word, or one of 2^31 less.</summary>
    public int GreatestActivation => Spacing == 12 ? 127 : 63;

    /// <summary>What three weights are multiplied as.</summary>
    public long Word(ReadOnlySpan<int> weights) => weights[0] + ((long)weights[1] << Spacing) + ((long)weights[2] << (2 * Spacing));
}
