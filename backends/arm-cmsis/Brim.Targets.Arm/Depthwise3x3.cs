using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Targets.Arm;

/// <summary>What depthwise kernels of 3x3 taps that compute in place, at strides 1 and 2, ask of a layer.</summary>
internal static class Depthwise3x3
{
    /// <summary>Why such a kernel cannot take a layer, or null.</summary>
    /// <param name="window">Strides, padding, dilation.</param>
    /// <param name="x">[batch, height, width, channels].</param>
    /// <param name="w">[1, height, width, results].</param>
    /// <param name="y">The result.</param>
    public static string? Objection(Window2D window, Shape x, Shape w, Shape y)
    {
        if (w[1] != 3 || w[2] != 3 || window.DilationHeight != 1 || window.DilationWidth != 1)
            return $"only 3x3 kernels without dilation, not {w[1]}x{w[2]} with {window}";
        if (window.StrideHeight != window.StrideWidth || window.StrideHeight > 2)
            return "only strides 1 and 2, the same in both directions";
        if (window.PadTop > 2 || window.PadLeft > 2)
            return "padding of a whole kernel";
        if (w[3] != x[3])
            return "more than one result a channel";
        if (x[0] != 1)
            return "more than one image";
        // Results move down over the input; they must not outgrow it.
        return y[1] > x[1] || y[2] > x[2] ? "the result is larger than the input" : null;
    }
}
