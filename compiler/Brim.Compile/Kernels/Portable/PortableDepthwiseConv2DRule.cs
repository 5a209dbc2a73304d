using System.Collections.Immutable;
using Brim.Compile.Costs;
using Brim.Compile.Planning;
using Brim.Compile.Program;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;

namespace Brim.Compile.Kernels.Portable;

/// <summary>Depthwise 2-D convolution by <c>brim_depthwise_conv2d_*</c>.</summary>
public sealed class PortableDepthwiseConv2DRule : PortableRule<DepthwiseConv2D>
{
    private protected override MatchResult Match(DepthwiseConv2D op, NodeView node)
    {
        if (CodesOnly(node.InputType(0), node.OutputType()) is { Accepted: false } types)
            return types;
        if (WeightedLayer.MatchOperands(node, computedWeights: false) is { Accepted: false } operands)
            return operands;
        var layer = Layer(op, node);
        return KernelFields.Requantizable(layer.Requantizers, layer.Wide);
    }

    private protected override KernelCall Lower(DepthwiseConv2D op, NodeView node, LoweringContext context)
    {
        var (x, w, y) = (node.InputType(0), node.InputType(1).Shape, node.OutputType());
        var layer = Layer(op, node);
        var channels = y.Shape[3];
        var parameters = new CStruct("brim_depthwise_conv2d_params",
        [
            CField.Of("window", KernelFields.Window(op.Window, w[1], w[2], x, y)),
            CField.Of("types", layer.Types()),
            CField.Of("multiplier", channels / x.Shape[3]),
            CField.Of("input_zero", x.Quant!.ZeroPoint),
            CField.Of("output", KernelFields.Requantization(context, layer.Requantizers)),
        ]);
        var lead = ForwardOverlap.Window(op.Window, w[1], w[2], x, y, rereads: true);
        return layer.Call("depthwise_conv2d", parameters, context, op.ZeroPointFolded, i => i % channels, lead) with { Work = Work(op.Window, x.Shape, w, y.Shape) };
    }

    private static ImmutableArray<(string Level, long Count)> Work(Window2D window, Shape x, Shape w, Shape y)
    {
        var (_, inside) = WindowWork.Inside(window, w[1], w[2], x, y);
        inside *= (long)x[0] * y[3];
        return WorkCounts.OneCall().Add("row", (long)y[0] * y[1]).Add("pixel", (long)y[0] * y[1] * y[2])
            .Add("input_channel", (long)y[0] * y[1] * y[2] * x[3]).Add("channel", y.ElementCount).Add("kernel_row", y.ElementCount * w[1])
            .Add("inside", inside).Add("outside", (y.ElementCount * w[1] * w[2]) - inside)
            .ToWork();
    }

    // 16-bit activations accumulate in 64 bits unless the bias has 32.
    private static WeightedLayer Layer(DepthwiseConv2D op, NodeView node)
    {
        var (x, bits) = (node.InputType(0), WeightedLayer.BiasBits(node));
        return new WeightedLayer(
            node,
            bits == 0 ? x.Element.Bits == 16 : bits == 64,
            Requantizer.ForConvolution(op.Requantization, x.Quant!, node.InputType(1).Quant!, node.OutputType(), node.OutputType().Shape[3], op.Activation));
    }
}
