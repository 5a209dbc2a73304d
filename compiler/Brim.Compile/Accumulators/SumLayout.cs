using System.Collections.Immutable;

namespace Brim.Compile.Accumulators;

/// <summary>Where a kernel without lanes keeps the whole sums of its output channels.</summary>
/// <param name="Packing">Name of the packing.</param>
/// <param name="Fields">Lowest bit and signed width that a channel's sum must fit, by channel modulo their number.</param>
public sealed record SumLayout(string Packing, ImmutableArray<(int Offset, int Bits)> Fields)
{
    /// <summary>A word a channel.</summary>
    public static SumLayout Wide32 { get; } = new(PackingCatalog.Wide32.Name, [(0, 32)]);

    /// <summary>
    /// By how many bits the call's weights and constants of each channel are shifted left against the model's, and so its sums; empty if none is.
    /// A channel that the model rescales by 1/2 or more is shifted where a kernel has right shifts only.
    /// </summary>
    public ImmutableArray<int> Shifts { get; init; } = [];

    /// <summary>The left shift of a channel.</summary>
    public int Shift(int channel) => Shifts.IsEmpty ? 0 : Shifts[channel];

    /// <summary>Two words a channel.
    public static SumLayout Wide64 { get; } = new("wide64", [(0, 64)]);
}
