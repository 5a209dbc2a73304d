using System.Collections.Immutable;
using Brim.Bench.Layers;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using static Brim.Bench.Layers.LayerShape;

namespace Brim.Bench.Fitting;

/// <summary>
/// The layers that costs are fitted to. They vary every loop count of every kernel on its own: pixels, channels, depths, strides, borders, odd sizes. None of
/// them is a layer of the benchmark.
/// </summary>
internal static class CalibrationLayers
{
    /// <summary>Layers with weights.</summary>
    public static ImmutableArray<LayerShape> Weighted { get; } =
    [
        Conv(8, 8, 8, 8), Conv(9, 7, 4, 6), Conv(12, 12, 16, 8), Conv(6, 6, 32, 16), Conv(10, 10, 3, 16), Conv(5, 5, 64, 8), Conv(10, 10, 8, 12, stride: 2),
        Conv(7, 7, 12, 10), Conv(6, 6, 24, 7), Conv(11, 11, 5, 9), Conv(8, 8, 16, 16, kernel: 5), Conv(9, 9, 16, 24, kernel: 1, stride: 2), Conv(4, 4, 40, 20),
        Conv(20, 20, 4, 4), Conv(16, 16, 8, 32), Conv(3, 3, 96, 32), Conv(14, 6, 16, 4), Conv(24, 24, 16, 16, stride: 2), Conv(13, 13, 32, 32, stride: 2),
        Conv(22, 22, 8, 8), Conv(7, 30, 16, 12), Conv(12, 12, 48, 48), ValidConv(9, 9, 8, 8, 3, 3), ValidConv(12, 12, 20, 4, 3, 3), ValidConv(20, 10, 1, 16, 10, 4, 2),
        ValidConv(9, 9, 16, 8, 1, 1, 2),
        ValidConv(5, 5, 8, 8, 1, 1), ValidConv(7, 7, 16, 32, 1, 1), ValidConv(4, 4, 64, 16, 1, 1), ValidConv(6, 6, 24, 40, 1, 1), ValidConv(3, 3, 128, 64, 1, 1),
        ValidConv(12, 10, 8, 16, 1, 1), ValidConv(10, 10, 3, 5, 1, 1), ValidConv(9, 5, 30, 10, 1, 1), ValidConv(5, 5, 48, 48, 1, 1), ValidConv(2, 2, 256, 32, 1, 1),
        ValidConv(11, 11, 20, 12, 1, 1), ValidConv(1, 2, 64, 64, 1, 1), ValidConv(8, 8, 96, 24, 1, 1), ValidConv(14, 14, 16, 96, 1, 1),
        Depthwise(8, 8, 4), Depthwise(6, 6, 16), Depthwise(9, 7, 8), Depthwise(16, 16, 8), Depthwise(5, 5, 64), Depthwise(12, 12, 6), Depthwise(3, 3, 128),
        Depthwise(7, 7, 30), Depthwise(20, 20, 12), Depthwise(28, 10, 16), Depthwise(10, 26, 4), Depthwise(14, 14, 24),
        Depthwise(8, 8, 4, 2), Depthwise(9, 7, 8, 2), Depthwise(16, 16, 8, 2), Depthwise(5, 5, 64, 2), Depthwise(12, 12, 6, 2), Depthwise(4, 4, 128, 2),
        Depthwise(20, 20, 12, 2), Depthwise(28, 14, 16, 2), Depthwise(11, 11, 40, 2), Depthwise(24, 24, 16, 2),
        Dense(16, 10), Dense(64, 32), Dense(128, 64), Dense(256, 100), Dense(100, 20), Dense(30, 7), Dense(512, 16), Dense(48, 48), Dense(200, 200), Dense(8, 128),
        Dense(128, 8), Dense(96, 12, 4), Dense(384, 24), Dense(64, 1), Dense(1024, 10),
    ];

    /// <summary>Sums.</summary>
    public static ImmutableArray<LayerShape> Sums { get; } =
    [
        Elementwise(LayerKind.Sum, [1, 8, 8, 8]), Elementwise(LayerKind.Sum, [1, 5, 5, 3]), Elementwise(LayerKind.Sum, [1, 16, 16, 16]), Elementwise(LayerKind.Sum, [1, 30]),
        Elementwise(LayerKind.Sum, [1, 4, 4, 64]), Elementwise(LayerKind.Sum, [1, 67]),
    ];

    /// <summary>Poolings and softmax.</summary>
    public static ImmutableArray<LayerShape> Single { get; } =
    [
        Pool(LayerKind.AveragePool, 8, 8, 8, 8, 8, 8), Pool(LayerKind.AveragePool, 8, 8, 16, 2, 2, 2), Pool(LayerKind.AveragePool, 6, 6, 6, 3, 3, 1), Pool(LayerKind.AveragePool, 5, 5, 64, 5, 5, 1),
        Pool(LayerKind.AveragePool, 10, 4, 31, 5, 2, 1), Pool(LayerKind.AveragePool, 3, 3, 128, 3, 3, 1), Pool(LayerKind.AveragePool, 12, 12, 3, 4, 3, 3), Pool(LayerKind.AveragePool, 9, 9, 5, 2, 2, 1),
        Pool(LayerKind.MaxPool, 8, 8, 8, 2, 2, 2), Pool(LayerKind.MaxPool, 12, 12, 3, 3, 3, 1), Pool(LayerKind.MaxPool, 5, 5, 32, 5, 5, 1), Pool(LayerKind.MaxPool, 9, 9, 16, 3, 3, 2),
        Pool(LayerKind.MaxPool, 16, 4, 20, 2, 4, 4), Pool(LayerKind.MaxPool, 6, 6, 7, 1, 2, 1),
        Elementwise(LayerKind.Mean, [1, 8, 8, 16]), Elementwise(LayerKind.Mean, [1, 5, 5, 64]), Elementwise(LayerKind.Mean, [1, 3, 7, 10]), Elementwise(LayerKind.Mean, [1, 25, 4, 30]),
        Elementwise(LayerKind.Softmax, [1, 10]), Elementwise(LayerKind.Softmax, [1, 100]), Elementwise(LayerKind.Softmax, [12, 3]), Elementwise(LayerKind.Softmax, [5, 30]),
    ];

    /// <summary>Every form of rescaling that int8 kernels have a function of their own for.</summary>
    public static ImmutableArray<LayerCodes> Int8 { get; } =
    [
        LayerCodes.Int8,
        new("linear", 8, ElementType.Int8, Requantization.TfLiteDouble, 3, Activation.None),
        new("clamped", 8, ElementType.Int8, Requantization.TfLiteDouble, 3, Activation.Relu),
        new("single", 8, ElementType.Int8, Requantization.Single, -5, Activation.None),
        new("single clamped", 8, ElementType.Int8, Requantization.Single, -100, Activation.Relu),
    ];

    /// <summary>The same forms with channels rescaled by 1/2 or more.</summary>
    public static ImmutableArray<LayerCodes> Steep { get; } = [.. Int8.Select(c => c with { Name = c.Name + " steep", Factor = 1.5 })];

    /// <summary>Widths for which lanes pay: narrow weights, and wider ones with which some kernels work in other forms.</summary>
    public static ImmutableArray<LayerCodes> Narrow { get; } = [LayerCodes.Narrow(4, 4), LayerCodes.Narrow(4, 6), LayerCodes.Narrow(6, 4), LayerCodes.Narrow(8, 5)];

    /// <summary>Rescaling with a left shift, with two roundings, to limits that need two comparisons, with negative results: for every third layer.</summary>
    public static ImmutableArray<LayerCodes> Rescalings { get; } =
    [
        LayerCodes.Narrow(4, 5) with { Name = "w4 a5 left", Factor = 0.3 },
        new("w4 a6 double", 4, ElementType.Unsigned(6), Requantization.TfLiteDouble, 0, Activation.Relu),
        new("w4 a6 signed", 4, ElementType.Signed(6), Requantization.Single, 3, Activation.None),
        new("w4 a8 double signed", 4, ElementType.Int8, Requantization.TfLiteDouble, 3, Activation.None),
        LayerCodes.Narrow(6, 4) with { Name = "w6 a4 left", Factor = 0.3 },
        new("w6 a4 double", 6, ElementType.Unsigned(4), Requantization.TfLiteDouble, 0, Activation.Relu),
        new("w6 a4 signed", 6, ElementType.Signed(4), Requantization.Single, 3, Activation.None),
        new("w6 a4 double signed", 6, ElementType.Signed(4), Requantization.TfLiteDouble, 3, Activation.None),
    ];

    /// <summary>Every third layer with weights.</summary>
    public static ImmutableArray<LayerShape> Some { get; } = [.. Weighted.Where((_, i) => i % 3 == 0)];
}
