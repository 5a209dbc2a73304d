using System.Collections.Immutable;
using Brim.Compile.Costs;
using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Targets.Arm.Smlad;

/// <summary>Loop counts of conv2d_s8_smlad.h: its walk over the windows, of which those at the border are gathered row by row.</summary>
internal sealed class ConvolutionWork(Window2D window, Shape x, Shape w, Shape y)
{
    private readonly WorkCounts _work = WorkCounts.OneCall();

    private int Run => w[2] * x[3];

    /// <summary>Counts a call.</summary>
    /// <param name="block">What each block computes.</param>
    /// <param name="blockPixels">Windows of a block.</param>
    public ImmutableArray<(string Level, long Count)> Count(PairWork block, int blockPixels)
    {
        if (!IsInside(0, 0) || !IsInside(y[1] - 1, y[2] - 1))
            _work.Add("zero_word", (Run + 3) / 4);
        var pixels = y[1] * y[2];
        var (inside, border) = (0L, 0L);
        var at = 0;
        for (; pixels - at >= blockPixels; at += blockPixels)
        {
            var (row, column) = (at / y[2], at % y[2]);
            if (column + blockPixels <= y[2] && IsInside(row, column) && IsInside(row, column + blockPixels - 1))
            {
                inside++;
                continue;
            }
            border++;
            for (var i = 0; i < blockPixels; i++)
                Gather((at + i) / y[2], (at + i) % y[2]);
        }
        _work.Add("inside", inside).Add("border", border);
        PairWork.Expand(_work, blockPixels, (inside + border) * w[1], Run);
        block.Blocks3(_work, inside + border);
        var single = pixels - at;
        for (; at < pixels; at++)
            Gather(at / y[2], at % y[2]);
        PairWork.Expand(_work, 1, (long)single * w[1], Run);
        block.Blocks1(_work, single);
        return _work.ToWork();
    }

    /// <summary>Adds the rows of one window at the border: outside of the input, wholly inside, or copied with padding on a side.</summary>
    private void Gather(int outputRow, int outputColumn)
    {
        var (top, left) = Corner(outputRow, outputColumn);
        var first = Math.Max(0, -left);
        var end = Math.Min(w[2], x[2] - left);
        for (var k = 0; k < w[1]; k++)
        {
            if (top + k < 0 || top + k >= x[1] || first >= end)
                _work.Add("outside_run", 1);
            else if (first == 0 && end == w[2])
                _work.Add("direct_run", 1);
            else
                _work.Add("staged_run", 1).Add(x[3] % 4 == 0 ? "staged_word" : "staged_byte", x[3] % 4 == 0 ? Run / 4 : Run);
        }
    }

    private (int Top, int Left) Corner(int row, int column) =>
        ((row * window.StrideHeight) - window.PadTop, (column * window.StrideWidth) - window.PadLeft);

    private bool IsInside(int row, int column)
    {
        var (top, left) = Corner(row, column);
        return top >= 0 && left >= 0 && top + w[1] <= x[1] && left + w[2] <= x[2];
    }
}
