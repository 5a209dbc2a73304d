using System.Collections.Immutable;

namespace Brim.Compile.Accumulators;

/// <summary>A layer's weights as a kernel reads them, with the constants that its lanes add to the sums.</summary>
/// <param name="Words">Stream of all tiles; its layout is the kernel's.</param>
/// <param name="Starts">Per output: sum of its lanes' start values, which every sum contains.</param>
/// <param name="Left">Per output: what the pixels left of column 0 would have added, starts included; empty if the kernel has no use for it.</param>
/// <param name="Right">Per output: the same right of the last column.</param>
/// <param name="LongestTile">Words of the longest tile as the tile function reads it (expanded if the stream is compact); 0 if it reads none.</param>
/// <param name="Tiles">Proof of every tile.</param>
public sealed record PackedLayer(
    ImmutableArray<uint> Words,
    ImmutableArray<long> Starts,
    ImmutableArray<long> Left,
    ImmutableArray<long> Right,
    int LongestTile,
    ImmutableArray<PackedTile> Tiles)
{
    /// <summary>Bits from field to field, where the kernel takes several distances; else 0.</summary>
    public int Spacing { get; init; }

    /// <summary>Steps of all tiles that are stored in fewer bits than the tile function reads and expanded at run time, where a stream may have both; else 0.</summary>
    public long ExpandedSteps { get; init; }

    /// <summary>Flash that the stream takes.</summary>
    public int Bytes => Words.Length * 4;

    /// <summary>Bias of the lane sums: everything constant that the reference adds and the lanes do not.</summary>
    /// <param name="output">Output channel.</param>
    /// <param name="bias">Bias of the operator.</param>
    /// <param name="zeroPoint">u of the input's zero point.</param>
    /// <param name="filter">The layer's weights.</param>
    public long FoldedBias(int output, long bias, long zeroPoint, FilterCodes filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return bias - Starts[output] - zeroPoint * filter.Sum(output);
    }
}
