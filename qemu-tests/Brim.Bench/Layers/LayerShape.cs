using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Bench.Layers;

/// <summary>A layer without its codes.</summary>
/// <param name="Kind">Operator.</param>
/// <param name="X">Shape of the input: NHWC, or rows and columns.</param>
/// <param name="Outputs">Output channels; those of the input where the operator keeps them.</param>
/// <param name="KernelHeight">Kernel or window rows.</param>
/// <param name="KernelWidth">Kernel or window columns.</param>
/// <param name="Window">Strides and padding.</param>
internal sealed record LayerShape(LayerKind Kind, Shape X, int Outputs, int KernelHeight, int KernelWidth, Window2D Window)
{
    /// <summary>Products of a weighted layer's channel.</summary>
    public int Depth => Kind switch
    {
        LayerKind.Convolution => KernelHeight * KernelWidth * X[3],
        LayerKind.Depthwise => KernelHeight * KernelWidth,
        _ => X[-1],
    };

    /// <summary>A convolution of one image with the padding on all sides that keeps its size at stride 1.</summary>
    public static LayerShape Conv(int height, int width, int inputs, int outputs, int kernel = 3, int stride = 1) =>
        new(LayerKind.Convolution, [1, height, width, inputs], outputs, kernel, kernel, Padded(kernel, stride));

    /// <summary>A convolution of one image without padding.</summary>
    public static LayerShape ValidConv(int height, int width, int inputs, int outputs, int kernelHeight, int kernelWidth, int stride = 1) =>
        new(LayerKind.Convolution, [1, height, width, inputs], outputs, kernelHeight, kernelWidth, new Window2D(stride, stride));

    /// <summary>A depthwise 3x3 convolution with padding.</summary>
    public static LayerShape Depthwise(int height, int width, int channels, int stride = 1) =>
        new(LayerKind.Depthwise, [1, height, width, channels], channels, 3, 3, Padded(3, stride));

    /// <summary>A dense layer.</summary>
    public static LayerShape Dense(int inputs, int outputs, int rows = 1) => new(LayerKind.Dense, [rows, inputs], outputs, 1, 1, new Window2D());

    /// <summary>A sum, a softmax.</summary>
    public static LayerShape Elementwise(LayerKind kind, Shape x) => new(kind, x, x[-1], 1, 1, new Window2D());

    /// <summary>A pooling without padding.</summary>
    public static LayerShape Pool(LayerKind kind, int height, int width, int channels, int kernelHeight, int kernelWidth, int stride) =>
        new(kind, [1, height, width, channels], channels, kernelHeight, kernelWidth, new Window2D(stride, stride));

    private static Window2D Padded(int kernel, int stride) => new(stride, stride, kernel / 2, kernel / 2, kernel / 2, kernel / 2);
}
