using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Testing;

namespace Brim.Check.Tests;

/// <summary>A layer small enough that every bit of its data can be flipped, for every kernel that accumulates.</summary>
internal static class SmallLayers
{
    private const int Seed = 7;

    private static readonly Window2D Around = new(PadTop: 1, PadLeft: 1, PadBottom: 1, PadRight: 1);

    /// <summary>Kernel function, rule, target, and the layer that makes the rule choose it.</summary>
    public static IReadOnlyList<(string Kernel, string Rule, string Target, Func<Graph> Graph)> All { get; } =
    [
        ("brim_lanes_conv3x3_rows", "LaneConv3x3RowsRule", "cortex-m4", () => Same(4, 5, 8, 2, 4, ElementType.Unsigned(6))),
        ("brim_lanes_conv3x3_rows", "LaneConv3x3RowsRule", "cortex-m4", () => Same(3, 4, 6, 2, 5)),
        ("brim_lanes_conv3x3_rows", "LaneConv3x3RowsRule", "cortex-m4", () => Same(3, 4, 9, 2, 6, ElementType.Unsigned(3))),
        ("brim_lanes_conv3x3_rows", "LaneConv3x3RowsRule", "cortex-m4", () => Same(3, 3, 12, 2, 2, ElementType.Unsigned(7))),
        ("brim_lanes_conv3x3_triple", "LaneConv3x3TripleRule", "cortex-m0", () => Same(2, 3, 16, 8, 4, ElementType.Unsigned(4))),
        ("brim_lanes_conv3x3_triple", "LaneConv3x3TripleRule", "cortex-m0", () => Same(2, 3, 20, 3, 4, ElementType.Unsigned(5), Requantization.Single)),
        ("brim_lanes_conv_dual", "LaneConvDualRule", "cortex-m4", () => Strided(4, 4, 6, 8, ElementType.Unsigned(6))),
        ("brim_lanes_conv_dual", "LaneConvDualRule", "cortex-m4", () => Strided(4, 4, 12, 7)),
        ("brim_lanes_conv_pixels", "LaneConvPixelsRule", "cortex-m4", () => Strided(4, 4, 10, 7, ElementType.Unsigned(4), 5)),
        ("brim_lanes_conv_pixels", "LaneConvPixelsRule", "cortex-m4", () => Strided(4, 4, 11, 8, ElementType.Unsigned(4), 6)),
        ("brim_lanes_conv_quad", "LaneConvQuadRule", "cortex-m4", () => Strided(4, 4, 7, 7, ElementType.Unsigned(6), 4)),
        ("brim_lanes_conv_quad", "LaneConvQuadRule", "cortex-m4", () => Strided(4, 3, 12, 8, ElementType.Unsigned(4), 7)),
        ("brim_lanes_conv_dual16", "LaneConvDual16Rule", "cortex-m0", () => Strided(4, 4, 16, 5, ElementType.Int8)),
        ("brim_lanes_conv_dual16", "LaneConvDual16Rule", "cortex-m0", () => Same(2, 3, 5, 7, 5, ElementType.Int8, Requantization.Single)),
        ("brim_lanes_depthwise3x3_rows", "LaneDepthwise3x3RowsRule", "cortex-m4", () => Depthwise(3, 4, 3, 4)),
        ("brim_lanes_depthwise3x3_rows", "LaneDepthwise3x3RowsRule", "cortex-m4", () => Depthwise(3, 4, 3, 5, ElementType.Unsigned(6))),
        ("brim_lanes_depthwise3x3_pixels", "LaneDepthwise3x3PixelsRule", "cortex-m4", () => Depthwise(3, 4, 2, 8)),
        ("brim_lanes_depthwise3x3_pixels", "LaneDepthwise3x3PixelsRule", "cortex-m3", () => Depthwise(3, 1, 3, 5, ElementType.Unsigned(7))),
        ("brim_lanes_depthwise3x3_dual16", "LaneDepthwise3x3Dual16Rule", "cortex-m0", () => Depthwise(3, 4, 3, 4)),
        ("brim_lanes_depthwise3x3_dual16", "LaneDepthwise3x3Dual16Rule", "cortex-m0", () => Depthwise(3, 4, 3, 8)),
        ("brim_lanes_depthwise3x3_dual16", "LaneDepthwise3x3Dual16Rule", "cortex-m0", () => Depthwise(5, 4, 2, 4, ElementType.Int8, stride: 2)),
        ("brim_lanes_dense_dual", "LaneDenseDualRule", "cortex-m4", () => Dense(1, 23, 30, 4, ElementType.Unsigned(6))),
        ("brim_lanes_dense_dual16", "LaneDenseDual16Rule", "cortex-m0", () => Dense(2, 57, 9, 4, ElementType.Int8)),
        ("brim_conv2d_s8_smlad_clamped", "SmladConv2DRule", "cortex-m4", () => Strided(4, 4, 3, 3, ElementType.Int8, 8)),
        ("brim_conv2d_s8_mla_clamped", "MlaConv2DRule", "cortex-m0", () => Strided(4, 4, 3, 2, ElementType.Int8, 8)),
        ("brim_pointwise_s8_smlad_single", "SmladPointwiseRule", "cortex-m4", () => Pointwise(2, 5, 3)),
        ("brim_depthwise3x3_s8_smlad_clamped", "SmladDepthwise3x3Rule", "cortex-m4", () => Depthwise(4, 4, 5, 8, ElementType.Int8)),
        ("brim_fully_connected_s8_mla_clamped", "MlaFullyConnectedRule", "cortex-m0", () => Dense(2, 9, 3, 8, ElementType.Int8)),
        ("brim_fully_connected_s8_smlad_single_clamped", "SmladFullyConnectedRule", "cortex-m4", () => Steep(9, 3)),
        ("brim_pointwise_s8_mve_single", "MvePointwiseRule", "cortex-m55", () => Pointwise(2, 5, 3)),
        ("brim_pointwise_s8_mve_single_left_clamped", "MveFullyConnectedRule", "cortex-m55", () => Steep(9, 3)),
        ("brim_conv2d_s8_mve_clamped", "MveConv2DRule", "cortex-m55", () => Strided(4, 4, 3, 2, ElementType.Int8, 8)),
        ("brim_depthwise3x3_s8_mve_clamped", "MveDepthwise3x3Rule", "cortex-m55", () => Depthwise(4, 4, 5, 8, ElementType.Int8)),
        ("brim_conv2d_u8", "none", "cortex-m4", () => Strided(4, 4, 2, 3)),
        ("brim_depthwise_conv2d_u8", "none", "cortex-m4", () => Depthwise(3, 3, 2, 4)),
        ("brim_fully_connected_u8", "none", "cortex-m4", () => Dense(1, 7, 3, 4)),
    ];

    /// <summary>A 3x3 convolution that keeps height and width.</summary>
    public static Graph Same(int height, int width, int channels, int outputs, int weightBits, ElementType? element = null, Requantization scheme = Requantization.TfLiteDouble) =>
        Of(new Conv2D(Around, Activation.Relu, scheme), element ?? ElementType.Unsigned(5), [1, height, width, channels], [outputs, 3, 3, channels], 0, weightBits);

    /// <summary>A convolution with an odd kernel, stride and padding.</summary>
    public static Graph Strided(int height, int width, int channels, int outputs, ElementType? element = null, int weightBits = 4, Requantization scheme = Requantization.TfLiteDouble) =>
        Of(new Conv2D(new Window2D(2, 1, PadTop: 1, PadRight: 1), Activation.Relu, scheme), element ?? ElementType.Unsigned(5), [1, height, width, channels], [outputs, 3, 2, channels], 0, weightBits);

    /// <summary>A 1x1 convolution with one rounding.</summary>
    public static Graph Pointwise(int extent, int channels, int outputs, Requantization scheme = Requantization.Single) =>
        Of(new Conv2D(new Window2D(), Activation.None, scheme), ElementType.Int8, [1, extent, extent, channels], [outputs, 1, 1, channels], 0, 8);

    /// <summary>A depthwise 3x3 convolution with a pixel of padding around.</summary>
    public static Graph Depthwise(int height, int width, int channels, int weightBits, ElementType? element = null, int stride = 1) =>
        Of(new DepthwiseConv2D(Around with { StrideHeight = stride, StrideWidth = stride }, Activation.Relu, Requantization.TfLiteDouble), element ?? ElementType.Unsigned(5), [1, height, width, channels], [1, 3, 3, channels], 3, weightBits);

    /// <summary>A dense layer.</summary>
    public static Graph Dense(int rows, int depth, int outputs, int weightBits, ElementType? element = null) =>
        Of(new FullyConnected(Activation.Relu, Requantization.TfLiteDouble, false), element ?? ElementType.Unsigned(5), [rows, depth], [outputs, depth], 0, weightBits);

    /// <summary>A dense layer of which some channels are rescaled by 1/2 or more.</summary>
    public static Graph Steep(int depth, int outputs) =>
        Of(new FullyConnected(Activation.Relu, Requantization.Single, false), ElementType.Int8, [2, depth], [outputs, depth], 0, 3, steepness: 8);

    private static Graph Of(Op op, ElementType element, Shape x, Shape w, int axis, int weightBits, double steepness = 1)
    {
        var random = new SplitMix64(Seed);
        var editor = new GraphEditor("small") { Phase = GraphPhase.Quantized };
        // A zero point inside of the codes: padding is then neither 0 nor the greatest activation.
        var zeroPoint = element.IsSigned ? -11 : 6;
        var input = editor.AddInput("x", new TensorType(element, x, QuantParams.PerTensor(0.05, zeroPoint)));
        var limit = (1 << (weightBits - 1)) - 1;
        var scales = Enumerable.Range(0, w[axis]).Select(_ => 0.01 * Math.Pow(2, random.Real(-1, 1))).ToArray();
        var codes = Enumerable.Range(0, (int)w.ElementCount).Select(_ => random.Between(-limit, limit)).ToArray();
        var weights = editor.AddConstant("w", Tensor.FromCodes(
            new TensorType(ElementType.Signed(weightBits), w, QuantParams.PerAxis(axis, [.. scales], [.. new int[w[axis]]])), codes));
        var bias = editor.AddConstant("b", Tensor.FromCodes(
            new TensorType(ElementType.Int32, [w[axis]]), Enumerable.Range(0, w[axis]).Select(_ => random.Between(-300, 300)).ToArray()));
        var diagnostics = new DiagnosticBag();
        var shape = op.InferShapes([editor[input].Type, editor[weights].Type, editor[bias].Type], SourceLocation.Generated, diagnostics)[0];
        var y = new TensorType(element, shape, QuantParams.PerTensor(0.05 * 0.01 * limit * Math.Sqrt(w.ElementCount / w[axis]) / (element.IsSigned ? 4 : 2) / steepness, element.IsSigned ? -100 : 3));
        editor.AddOutput(editor.AddNode(op, [input, weights, bias], y, "layer", SourceLocation.Generated));
        return editor.ToGraph();
    }
}
