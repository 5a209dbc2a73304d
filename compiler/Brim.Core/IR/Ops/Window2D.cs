namespace Brim.Core.IR.Ops;

/// <summary>Geometry of a sliding window over height and width: strides, dilations and explicit padding.</summary>
/// <param name="StrideHeight">Rows between windows, at least 1.</param>
/// <param name="StrideWidth">Columns between windows, at least 1.</param>
/// <param name="PadTop">Rows of padding above.</param>
/// <param name="PadLeft">Columns of padding to the left.</param>
/// <param name="PadBottom">Rows of padding below.</param>
/// <param name="PadRight">Columns of padding to the right.</param>
/// <param name="DilationHeight">Rows between taps, at least 1.</param>
/// <param name="DilationWidth">Columns between taps, at least 1.</param>
public sealed record Window2D(
    int StrideHeight = 1,
    int StrideWidth = 1,
    int PadTop = 0,
    int PadLeft = 0,
    int PadBottom = 0,
    int PadRight = 0,
    int DilationHeight = 1,
    int DilationWidth = 1)
{
    /// <summary>True if no tap ever falls outside the input.</summary>
    public bool IsUnpadded => PadTop == 0 && PadLeft == 0 && PadBottom == 0 && PadRight == 0;

    /// <summary>Rows of the result for an input and kernel height; not positive if the kernel does not fit.</summary>
    public int OutputHeight(int inputHeight, int kernelHeight) =>
        Extent(inputHeight + PadTop + PadBottom, kernelHeight, StrideHeight, DilationHeight);

    /// <summary>Columns of the result for an input and kernel width; not positive if the kernel does not fit.</summary>
    public int OutputWidth(int inputWidth, int kernelWidth) =>
        Extent(inputWidth + PadLeft + PadRight, kernelWidth, StrideWidth, DilationWidth);

    /// <summary>Prints <c>stride=2x2 pad=0,1,0,1 dilation=1x1</c>: padding top, left, bottom, right.</summary>
    public override string ToString() =>
        $"stride={StrideHeight}x{StrideWidth} pad={PadTop},{PadLeft},{PadBottom},{PadRight} dilation={DilationHeight}x{DilationWidth}";

    private static int Extent(int padded, int kernel, int stride, int dilation)
    {
        var span = ((kernel - 1) * dilation) + 1;
        return padded < span ? 0 : ((padded - span) / stride) + 1;
    }
}
