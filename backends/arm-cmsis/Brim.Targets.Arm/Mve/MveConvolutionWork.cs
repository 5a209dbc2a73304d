using System.Collections.Immutable;
using Brim.Compile.Costs;

namespace Brim.Targets.Arm.Mve;

/// <summary>Loop counts of conv2d_s8_mve.c: its walk over the windows, of which those at the border are put together piece by piece.</summary>
internal sealed class MveConvolutionWork(ConvolutionShape shape, MveLayer layer)
{
    private const int Block = MveLayer.BlockPixels;

    private readonly WorkCounts _work = WorkCounts.OneCall();

    private int Run => shape.W[2] * shape.X[3];

    private bool IsWhole => shape.X[3] % MveLayer.StepTaps == 0;

    /// <summary>Counts a call.</summary>
    public ImmutableArray<(string Level, long Count)> Count()
    {
        var block = MveWork.Of(layer);
        var at = 0;
        if (layer.Channels >= 2)
        {
            for (; shape.Pixels - at >= Block; at += Block)
                AddBlock(at / shape.Y[2], at % shape.Y[2], at);
        }
        block.Blocks4(_work, at / Block);
        block.Blocks1(_work, shape.Pixels - at);
        for (; at < shape.Pixels; at++)
            AddWindow(at / shape.Y[2], at % shape.Y[2]);
        return _work.ToWork();
    }

    private static int FurtherSteps(int codes) => (codes - 1) / MveLayer.StepTaps;

    private void AddBlock(int row, int column, int first)
    {
        if ((IsWhole || shape.W[1] == 1) && column + Block <= shape.Y[2] && IsInside(row, column) && IsInside(row, column + Block - 1))
        {
            _work.Add("inside", 1).Add("inside_run", shape.W[1]).Add("inside_step", shape.W[1] * FurtherSteps(Run));
            return;
        }
        _work.Add("apart", 1);
        for (var i = 0; i < Block; i++)
        {
            var (r, c) = ((first + i) / shape.Y[2], (first + i) % shape.Y[2]);
            if (IsWhole)
                AddBorder(r, c);
            else
                AddWindow(r, c);
        }
        if (!IsWhole)
            _work.Add("spread", Block).Add("spread_step", Block * layer.Steps);
    }

    /// <summary>A window in order.</summary>
    private void AddWindow(int row, int column)
    {
        if (!IsInside(row, column))
            AddBorder(row, column);
        else if (Run <= MveLayer.StepTaps)
            _work.Add("window", 1).Add("short_run", shape.W[1]);
        else
            _work.Add("window", 1).Add("run", shape.W[1]).Add("run_step", shape.W[1] * FurtherSteps(Run));
    }

    /// <summary>A window that is put together from pieces.</summary>
    private void AddBorder(int outputRow, int outputColumn)
    {
        var (top, left) = Corner(outputRow, outputColumn);
        var first = Math.Max(0, -left);
        var end = Math.Min(shape.W[2], shape.X[2] - left);
        _work.Add("border", 1);
        for (var k = 0; k < shape.W[1]; k++)
        {
            if (top + k < 0 || top + k >= shape.X[1] || first >= end)
            {
                AddFill(shape.W[2]);
                continue;
            }
            AddFill(first);
            _work.Add("piece", 1).Add("piece_step", FurtherSteps((end - first) * shape.X[3]));
            AddFill(shape.W[2] - end);
        }
    }

    private void AddFill(int columns)
    {
        if (columns > 0)
            _work.Add("fill", 1).Add("fill_step", FurtherSteps(columns * shape.X[3]));
    }

    private (int Top, int Left) Corner(int row, int column) =>
        ((row * shape.Window.StrideHeight) - shape.Window.PadTop, (column * shape.Window.StrideWidth) - shape.Window.PadLeft);

    private bool IsInside(int row, int column)
    {
        var (top, left) = Corner(row, column);
        return top >= 0 && left >= 0 && top + shape.W[1] <= shape.X[1] && left + shape.W[2] <= shape.X[2];
    }
}
