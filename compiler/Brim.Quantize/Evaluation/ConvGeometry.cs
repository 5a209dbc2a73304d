using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Quantize.Evaluation;

/// <summary>
/// Where a sliding window reads a padded NHWC image: every output pixel has an offset, and a dot product is a list of contiguous segments
/// relative to it (one for each kernel row, or for each tap of a dilated kernel).
/// </summary>
internal sealed class ConvGeometry
{
    /// <summary>Makes the geometry of one sample.</summary>
    /// <param name="x">Input, [1, H, W, C].</param>
    /// <param name="window">Strides, dilations, padding.</param>
    /// <param name="kernelHeight">Rows of the kernel.</param>
    /// <param name="kernelWidth">Columns of the kernel.</param>
    /// <param name="repeat">Copies of each channel in the padded image (depthwise channel multiplier).</param>
    /// <param name="multiple">Channels of the padded image are rounded up to a multiple of this.</param>
    public ConvGeometry(Shape x, Window2D window, int kernelHeight, int kernelWidth, int repeat = 1, int multiple = 1)
    {
        Window = window;
        (KernelHeight, KernelWidth, Repeat) = (kernelHeight, kernelWidth, repeat);
        (Height, Width, Channels) = (x[1], x[2], x[3]);
        (OutputHeight, OutputWidth) = (window.OutputHeight(Height, kernelHeight), window.OutputWidth(Width, kernelWidth));
        PaddedWidth = Width + window.PadLeft + window.PadRight;
        PaddedChannels = ((Channels * repeat) + multiple - 1) / multiple * multiple;
        PaddedLength = (Height + window.PadTop + window.PadBottom) * PaddedWidth * PaddedChannels;
        PixelOffsets = new int[OutputHeight * OutputWidth];
        for (var i = 0; i < PixelOffsets.Length; i++)
        {
            var (row, column) = Math.DivRem(i, OutputWidth);
            PixelOffsets[i] = ((row * window.StrideHeight * PaddedWidth) + (column * window.StrideWidth)) * PaddedChannels;
        }
        TapOffsets = [.. Enumerable.Range(0, kernelHeight * kernelWidth).Select(t =>
            ((t / kernelWidth * window.DilationHeight * PaddedWidth) + (t % kernelWidth * window.DilationWidth)) * PaddedChannels)];
        (SegmentOffsets, SegmentLength) = window.DilationWidth == 1
            ? (TapOffsets.Where((_, t) => t % kernelWidth == 0).ToArray(), kernelWidth * PaddedChannels)
            : (TapOffsets, PaddedChannels);
    }

    public Window2D Window { get; }

    public int KernelHeight { get; }

    public int KernelWidth { get; }

    public int Repeat { get; }

    public int Height { get; }

    public int Width { get; }

    public int Channels { get; }

    public int OutputHeight { get; }

    public int OutputWidth { get; }

    public int PaddedWidth { get; }

    public int PaddedChannels { get; }

    /// <summary>Elements of the padded image.</summary>
    public int PaddedLength { get; }

    /// <summary>Offset of each output pixel's first tap.</summary>
    public int[] PixelOffsets { get; }

    /// <summary>Offset of each tap relative to its pixel.</summary>
    public int[] TapOffsets { get; }

    /// <summary>Offsets of the contiguous parts of a dot product relative to its pixel, in the order of OHWI weights.</summary>
    public int[] SegmentOffsets { get; }

    /// <summary>Elements of each part.</summary>
    public int SegmentLength { get; }

    /// <summary>Length of a dot product over the padded channels.</summary>
    public int Depth => SegmentOffsets.Length * SegmentLength;

    /// <summary>Copies an image inside the padding of a buffer whose border already holds what padding reads.</summary>
    public void Place(ReadOnlySpan<float> x, Span<float> padded)
    {
        for (var row = 0; row < Height; row++)
        {
            for (var column = 0; column < Width; column++)
            {
                var source = x.Slice(((row * Width) + column) * Channels, Channels);
                var target = padded[Interior(row, column)..];
                if (Repeat == 1)
                {
                    source.CopyTo(target);
                    continue;
                }
                for (var c = 0; c < Channels * Repeat; c++)
                    target[c] = source[c / Repeat];
            }
        }
    }

    /// <summary>Position of a pixel of the image in the padded buffer.</summary>
    public int Interior(int row, int column) => (((row + Window.PadTop) * PaddedWidth) + column + Window.PadLeft) * PaddedChannels;

    /// <summary>Adds the interior of a padded buffer to an image: the transpose of <see cref="Place"/> (without repetition of channels).</summary>
    public void AddInterior(ReadOnlySpan<float> padded, Span<float> x)
    {
        for (var row = 0; row < Height; row++)
        {
            for (var column = 0; column < Width; column++)
            {
                var target = x.Slice(((row * Width) + column) * Channels, Channels);
                var source = padded[Interior(row, column)..];
                for (var c = 0; c < Channels * Repeat; c++)
                    target[c / Repeat] += source[c];
            }
        }
    }
}
