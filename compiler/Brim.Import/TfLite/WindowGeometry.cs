using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Import.TfLite;

/// <summary>Strides, dilations and padding mode of a windowed operator, and the explicit padding that they mean.</summary>
/// <param name="Padding">0: SAME, 1: VALID.</param>
/// <param name="StrideHeight">Rows between windows.</param>
/// <param name="StrideWidth">Columns between windows.</param>
/// <param name="DilationHeight">Rows between taps.</param>
/// <param name="DilationWidth">Columns between taps.</param>
internal readonly record struct WindowGeometry(int Padding, int StrideHeight, int StrideWidth, int DilationHeight = 1, int DilationWidth = 1)
{
    private const int Same = 0;
    private const int Valid = 1;

    /// <summary>
    /// The window over an NHWC input; null, reported, if a value is out of range. SAME padding is TFLite's: out = ceil(in / stride), in
    /// total max((out - 1) * stride + (k - 1) * dilation + 1 - in, 0), the smaller half of it before.
    /// </summary>
    public Window2D? Over(OperatorContext context, Shape input, int kernelHeight, int kernelWidth)
    {
        var sound = true;
        if (Padding is not (Same or Valid))
        {
            context.UnsupportedOption($"padding mode {Padding} is not supported, supported are SAME (0) and VALID (1)");
            sound = false;
        }
        if (!IsStep(StrideHeight) || !IsStep(StrideWidth))
        {
            context.UnsupportedOption($"strides {StrideHeight}x{StrideWidth} are not within 1 to {ImportLimits.WindowStep}");
            sound = false;
        }
        if (!IsStep(DilationHeight) || !IsStep(DilationWidth))
        {
            context.UnsupportedOption($"dilations {DilationHeight}x{DilationWidth} are not within 1 to {ImportLimits.WindowStep}");
            sound = false;
        }
        if (!sound)
            return null;
        var spanHeight = ((kernelHeight - 1L) * DilationHeight) + 1;
        var spanWidth = ((kernelWidth - 1L) * DilationWidth) + 1;
        if (kernelHeight < 1 || kernelWidth < 1 || spanHeight > ImportLimits.WindowSpan || spanWidth > ImportLimits.WindowSpan)
        {
            context.UnsupportedOption($"a {kernelHeight}x{kernelWidth} kernel with dilations {DilationHeight}x{DilationWidth} does not extend over 1 to {ImportLimits.WindowSpan} elements");
            return null;
        }
        var (top, bottom) = Margins(input[1], (int)spanHeight, StrideHeight);
        var (left, right) = Margins(input[2], (int)spanWidth, StrideWidth);
        return new Window2D(StrideHeight, StrideWidth, top, left, bottom, right, DilationHeight, DilationWidth);
    }

    private static bool IsStep(int step) => step is >= 1 and <= ImportLimits.WindowStep;

    private (int Before, int After) Margins(int input, int span, int stride)
    {
        if (Padding == Valid)
            return (0, 0);
        var output = (input + (long)stride - 1) / stride;
        var total = (int)Math.Max(((output - 1) * stride) + span - input, 0);
        return (total / 2, total - (total / 2));
    }
}
