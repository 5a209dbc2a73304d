using System.Collections.Immutable;
using Brim.Compile.Costs;
using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Targets.Arm.Smlad;

/// <summary>
/// Loop counts of depthwise3x3_s8_smlad.c. Left out is the copy of an input that does not lie a whole number of pixels above its result: where
/// they lie is decided after the kernels are.
/// </summary>
internal sealed class DepthwiseWork(Window2D window, Shape x, Shape y)
{
    private const int PlaneCount = 4;

    /// <summary>Counts a call.</summary>
    /// <param name="rowWords">Words of a plane's row.</param>
    /// <param name="stripRows">Output rows of a strip.</param>
    /// <param name="isClamped">True if the codes are clamped in a pass of their own.</param>
    public ImmutableArray<(string Level, long Count)> Count(int rowWords, int stripRows, bool isClamped)
    {
        var work = WorkCounts.OneCall();
        var stride = window.StrideHeight;
        var channels = y[3];
        var groups = (channels + PlaneCount - 1) / PlaneCount;
        work.Add("group", groups);
        var (row, have) = (-window.PadTop, 0);
        for (var done = 0; done < y[1]; done += stripRows)
        {
            var rows = Math.Min(stripRows, y[1] - done);
            var need = ((rows - 1) * stride) + 3;
            work.Add("strip", groups).Add("channel", channels);
            for (var r = row + have; r < row + need; r++)
                AddPlaneRow(work, r, rowWords, groups);
            work.Add("row", (long)channels * rows)
                .Add("pair", (long)channels * rows * (y[2] / 2))
                .Add("odd", (long)channels * rows * (y[2] % 2));
            have = 3 - stride;
            row += rows * stride;
            work.Add("kept_word", (long)groups * PlaneCount * have * rowWords);
        }
        work.Add("clamp", isClamped ? y.ElementCount : 0);
        return work.ToWork();
    }

    /// <summary>A row of four channels to four planes: words of padding and code, words of codes, words of padding.</summary>
    private void AddPlaneRow(WorkCounts work, int row, int rowWords, int groups)
    {
        if (row < 0 || row >= x[1])
        {
            work.Add("outside_row", groups).Add("fill_word", (long)groups * rowWords);
            return;
        }
        var (lead, mixed) = (window.PadLeft / 2, window.PadLeft % 2);
        var used = Math.Min(x[2], (2 * (rowWords - lead)) - mixed);
        var (pairs, single) = ((used - mixed) / 2, (used - mixed) % 2);
        work.Add("plane_row", groups)
            .Add("fill_word", (long)groups * (rowWords - mixed - pairs - single))
            .Add("split", (long)groups * pairs)
            .Add("split_edge", (long)groups * (mixed + single));
    }
}
