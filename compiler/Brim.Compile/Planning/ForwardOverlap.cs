using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Compile.Planning;

/// <summary>
/// How far before its operand the result of a forward-running kernel must start, so that no byte is overwritten before its last
/// read. The kernel works in units (a pixel, a run of pixels, a row): all reads of a unit come before its writes, and units are written in
/// ascending order without gaps. The distance is exact: one byte less destroys data (compare Parker and Blacker,
/// Diagonal Memory Optimisation, 2020).
/// </summary>
public static class ForwardOverlap
{
    /// <summary>Lead for units given in execution order.</summary>
    /// <param name="units">
    /// For each unit the first operand byte that it reads (<see cref="long.MaxValue"/> if it reads none) and the end of the result bytes
    /// that it has written when the next unit starts to read.
    /// </param>
    public static long Lead(IReadOnlyList<(long FirstRead, long WriteEnd)> units)
    {
        ArgumentNullException.ThrowIfNull(units);
        long lead = 0;
        var firstRead = long.MaxValue;
        for (var i = units.Count - 1; i > 0; i--)
        {
            firstRead = Math.Min(firstRead, units[i].FirstRead);
            if (firstRead != long.MaxValue)
                lead = Math.Max(lead, units[i - 1].WriteEnd - firstRead);
        }
        return lead;
    }

    /// <summary>Lead of an element-by-element kernel: 0 unless result elements are wider than operand elements.</summary>
    /// <param name="elements">Number of elements.</param>
    /// <param name="operandBytes">Bytes of an operand element.</param>
    /// <param name="resultBytes">Bytes of a result element.</param>
    public static long Elementwise(long elements, int operandBytes, int resultBytes) =>
        Math.Max(0, (elements - 1) * (resultBytes - operandBytes));

    /// <summary>Lead of a sliding-window kernel over NHWC tensors (convolution, depthwise convolution, pooling).</summary>
    /// <param name="window">Geometry.</param>
    /// <param name="kernelHeight">Rows of taps.</param>
    /// <param name="kernelWidth">Columns of taps.</param>
    /// <param name="operand">Operand type [N, H, W, C].</param>
    /// <param name="result">Result type [N, H', W', C'].</param>
    /// <param name="unitPixels">
    /// Consecutive result pixels of one row that form a unit; units never span rows. A unit that reads again after it has begun to write
    /// (a kernel that loops over output channels and rereads the window) needs <paramref name="rereads"/>.
    /// </param>
    /// <param name="rereads">True if reads of a unit may follow writes of the same unit.</param>
    public static long Window(Window2D window, int kernelHeight, int kernelWidth, TensorType operand, TensorType result, int unitPixels = 1, bool rereads = false)
    {
        ArgumentNullException.ThrowIfNull(window);
        ArgumentNullException.ThrowIfNull(operand);
        ArgumentNullException.ThrowIfNull(result);
        ArgumentOutOfRangeException.ThrowIfLessThan(unitPixels, 1);
        var (height, width) = (operand.Shape[1], operand.Shape[2]);
        long operandPixel = operand.Shape[3] * operand.Element.StorageBytes;
        long resultPixel = result.Shape[3] * result.Element.StorageBytes;
        var units = new List<(long FirstRead, long WriteEnd)>();
        for (var n = 0; n < result.Shape[0]; n++)
        {
            for (var y = 0; y < result.Shape[1]; y++)
            {
                var row = FirstTap((y * window.StrideHeight) - window.PadTop, kernelHeight, window.DilationHeight, height);
                for (var x = 0; x < result.Shape[2]; x += unitPixels)
                {
                    var end = Math.Min(x + unitPixels, result.Shape[2]);
                    // Column 0 can be missed by the first pixel of a unit and hit by no later one, so every pixel counts.
                    var column = Enumerable.Range(x, end - x)
                        .Select(p => FirstTap((p * window.StrideWidth) - window.PadLeft, kernelWidth, window.DilationWidth, width)).Min();
                    var read = row == int.MaxValue || column == int.MaxValue ? long.MaxValue : ((((long)n * height) + row) * width + column) * operandPixel;
                    var written = ((((long)n * result.Shape[1]) + y) * result.Shape[2] + end) * resultPixel;
                    if (rereads)
                        units.Add((long.MaxValue, written));
                    units.Add((read, written));
                }
            }
        }
        return Lead(units);
    }

    private static int FirstTap(int start, int taps, int dilation, int extent)
    {
        for (var k = 0; k < taps; k++)
        {
            var at = start + (k * dilation);
            if (at >= 0)
                return at < extent ? at : int.MaxValue;
        }
        return int.MaxValue;
    }
}
