using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Compile.Costs;

/// <summary>How much of the windows of one NHWC image lies inside the input.</summary>
public static class WindowWork
{
    /// <summary>Kernel rows and positions inside the input, each summed over all output pixels.</summary>
    /// <param name="window">Window.</param>
    /// <param name="kernelHeight">Kernel rows.</param>
    /// <param name="kernelWidth">Kernel columns.</param>
    /// <param name="x">Shape of the input.</param>
    /// <param name="y">Shape of the result.</param>
    public static (long Rows, long Taps) Inside(Window2D window, int kernelHeight, int kernelWidth, Shape x, Shape y)
    {
        ArgumentNullException.ThrowIfNull(window);
        var rows = Axis(y[1], kernelHeight, window.StrideHeight, window.DilationHeight, window.PadTop, x[1]);
        var columns = Axis(y[2], kernelWidth, window.StrideWidth, window.DilationWidth, window.PadLeft, x[2]);
        return (rows * y[2], rows * columns);
    }

    /// <summary>Positions inside an axis, summed over its outputs.</summary>
    private static long Axis(int outputs, int kernel, int stride, int dilation, int pad, int extent)
    {
        long inside = 0;
        for (var o = 0; o < outputs; o++)
        {
            for (var k = 0; k < kernel; k++)
            {
                var at = (o * stride) - pad + (k * dilation);
                inside += at >= 0 && at < extent ? 1 : 0;
            }
        }
        return inside;
    }
}
