using System.Collections.Immutable;

namespace Brim.Targets.Arm.Mve;

/// <summary>Output rows that depthwise3x3_s8_mve.c computes at a time, and the scratch for the words they read.</summary>
internal sealed class MveStrip
{
    private const int VectorBytes = 16;

    /// <summary>Scratch that a strip may take where costs are not known. Taller strips save the set-up of a channel; beyond this the gain is small.</summary>
    private const int Budget = 8192;

    private MveStrip(int stride, int channels, int columns)
    {
        (GroupRows, PatchResults) = stride == 1 ? (2, 2) : (1, 4);
        var channelBytes = (channels + VectorBytes - 1) / VectorBytes * VectorBytes;
        var words = ((columns + PatchResults - 1) / PatchResults * PatchResults * stride) + 2;
        Bytes = groups => channelBytes * (1 + (4 * words * groups));
    }

    /// <summary>Output rows of a strip.</summary>
    public int Rows { get; private init; }

    /// <summary>Output rows that a row of words serves.</summary>
    public int GroupRows { get; }

    /// <summary>Results of a patch in a row.</summary>
    public int PatchResults { get; }

    /// <summary>Scratch.</summary>
    public int ScratchBytes => Bytes((Rows + GroupRows - 1) / GroupRows);

    private Func<int, int> Bytes { get; }

    /// <summary>Strips of all heights; the first where costs are not known.</summary>
    /// <param name="stride">Stride, 1 or 2.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="rows">Output rows.</param>
    /// <param name="columns">Output columns.</param>
    public static ImmutableArray<MveStrip> All(int stride, int channels, int rows, int columns)
    {
        var any = new MveStrip(stride, channels, columns);
        return [.. StripRows.Heights((rows + any.GroupRows - 1) / any.GroupRows, bands: 1, any.Bytes, Budget)
            .Select(groups => new MveStrip(stride, channels, columns) { Rows = Math.Min(rows, groups * any.GroupRows) })];
    }
}
