using Brim.Compile.Kernels;
using Brim.Compile.Planning;
using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Targets.Arm;

/// <summary>Geometry of a convolution, and what convolution kernels ask of it.</summary>
/// <param name="Window">Strides and padding.</param>
/// <param name="X">Input shape, NHWC.</param>
/// <param name="W">Weight shape, [output][row][column][channel].</param>
/// <param name="Y">Output shape, NHWC.</param>
internal sealed record ConvolutionShape(Window2D Window, Shape X, Shape W, Shape Y)
{
    /// <summary>Weights of an output channel.</summary>
    public int Taps => W[1] * W[2] * W[3];

    /// <summary>Output pixels.</summary>
    public int Pixels => Y[1] * Y[2];

    /// <summary>The shape of a convolution node, or null with the reason why no kernel here takes it.</summary>
    public static ConvolutionShape? From(NodeView node, out string? reason)
    {
        reason = null;
        if (node.Node.Op is not Conv2D op)
            reason = "no convolution";
        else if (op.Window.DilationHeight != 1 || op.Window.DilationWidth != 1)
            reason = "dilated";
        else if (node.InputType(0).Shape[0] != 1)
            reason = "more than one image";
        else if (node.InputType(1).Shape[3] != node.InputType(0).Shape[3])
            reason = "grouped";
        else
            return new ConvolutionShape(op.Window, node.InputType(0).Shape, node.InputType(1).Shape, node.OutputType().Shape);
        return null;
    }

    /// <summary>Why this is no 3x3 convolution that keeps height and width, or null.</summary>
    public string? SameThreeByThreeObjection() =>
        W[1] == 3 && W[2] == 3 && Window is { StrideHeight: 1, StrideWidth: 1, PadTop: 1, PadLeft: 1, PadBottom: 1, PadRight: 1 }
            ? null
            : $"only 3x3 kernels with stride 1 and one pixel of padding around, not {W[1]}x{W[2]} with {Window}";

    /// <summary>Lead of a kernel that reads the windows of a block of pixels before it writes their results; blocks run across the ends of rows.</summary>
    /// <param name="blockPixels">Pixels of a block.</param>
    /// <param name="singleRest">True if the pixels after the last whole block are blocks of their own, otherwise they are one.</param>
    public int BlockLead(int blockPixels, bool singleRest = false)
    {
        var units = new List<(long, long)>();
        for (int p = 0, next; p < Pixels; p = next)
        {
            next = p + blockPixels <= Pixels ? p + blockPixels : singleRest ? p + 1 : Pixels;
            units.Add((Enumerable.Range(p, next - p).Min(q => FirstRead(q / Y[2], q % Y[2])), (long)next * Y[3]));
        }
        return (int)ForwardOverlap.Lead(units);
    }

    /// <summary>Lead of a kernel that reads all rows that the windows of a strip of output rows see before it writes the strip.</summary>
    public int StripLead(int stripRows)
    {
        var units = new List<(long, long)>();
        for (var y = 0; y < Y[1]; y += stripRows)
            units.Add(((long)Math.Max((y * Window.StrideHeight) - Window.PadTop, 0) * X[2] * X[3], (long)Math.Min(y + stripRows, Y[1]) * Y[2] * Y[3]));
        return (int)ForwardOverlap.Lead(units);
    }

    /// <summary>First input byte that an output pixel's window reads; none if it lies in the padding as a whole.</summary>
    private long FirstRead(int row, int column)
    {
        var top = Math.Max(0, (row * Window.StrideHeight) - Window.PadTop);
        var left = Math.Max(0, (column * Window.StrideWidth) - Window.PadLeft);
        var isOutside = top >= X[1] || left >= X[2] || (row * Window.StrideHeight) - Window.PadTop + W[1] <= 0
            || (column * Window.StrideWidth) - Window.PadLeft + W[2] <= 0;
        return isOutside ? long.MaxValue : (((long)top * X[2]) + left) * X[3];
    }
}
