using System.Collections.Immutable;
using Brim.Compile.Costs;
using Brim.Compile.Planning;
using Brim.Compile.Program;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;

namespace Brim.Compile.Kernels.Portable;

/// <summary>2-D convolution with groups by <c>brim_conv2d_*</c>.</summary>
public sealed class PortableConv2DRule : PortableRule<Conv2D>
{
    private protected override MatchResult Match(Conv2D op, NodeView node)
    {
        if (CodesOnly(node.InputType(0), node.OutputType()) is { Accepted: false } types)
            return types;
        if (WeightedLayer.MatchOperands(node, computedWeights: false) is { Accepted: false } operands)
            return operands;
        var layer = Layer(op, node);
        return KernelFields.Requantizable(layer.Requantizers, layer.Wide);
    }

    private protected override KernelCall Lower(Conv2D op, NodeView node, LoweringContext context)
    {
        var (x, w, y) = (node.InputType(0), node.InputType(1).Shape, node.OutputType());
        var layer = Layer(op, node);
        var groups = x.Shape[3] / w[3];
        var parameters = new CStruct("brim_conv2d_params",
        [
            CField.Of("window", KernelFields.Window(op.Window, w[1], w[2], x, y)),
            CField.Of("types", layer.Types()),
            CField.Of("group_input_c", w[3]),
            CField.Of("group_output_c", w[0] / groups),
            CField.Of("input_zero", x.Quant!.ZeroPoint),
            CField.Of("output", KernelFields.Requantization(context, layer.Requantizers)),
        ]);
        var filter = w[1] * w[2] * w[3];
        var lead = ForwardOverlap.Window(op.Window, w[1], w[2], x, y, rereads: true);
        return layer.Call("conv2d", parameters, context, op.ZeroPointFolded, i => i / filter, lead) with { Work = Work(op.Window, x.Shape, w, y.Shape) };
    }

    private static ImmutableArray<(string Level, long Count)> Work(Window2D window, Shape x, Shape w, Shape y)
    {
        var (_, inside) = WindowWork.Inside(window, w[1], w[2], x, y);
        inside *= (long)x[0] * y[3];
        var outside = (y.ElementCount * w[1] * w[2]) - inside;
        return WorkCounts.OneCall().Add("row", (long)y[0] * y[1]).Add("pixel", (long)y[0] * y[1] * y[2])
            .Add("channel", y.ElementCount).Add("kernel_row", y.ElementCount * w[1])
            .Add("inside", inside).Add("inside_mac", inside * w[3]).Add("outside", outside).Add("outside_mac", outside * w[3])
            .ToWork();
    }

    // The operator accumulates in the width of its bias.
    private static WeightedLayer Layer(Conv2D op, NodeView node) => new(
        node,
        WeightedLayer.BiasBits(node) == 64,
        Requantizer.ForConvolution(op.Requantization, node.InputType(0).Quant!, node.InputType(1).Quant!, node.OutputType(), node.OutputType().Shape[3], op.Activation));
}
