using Brim.Compile.Costs;
using Brim.Compile.Planning;
using Brim.Compile.Program;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;

namespace Brim.Compile.Kernels.Portable;

/// <summary>Matrix product with constant or computed weights by <c>brim_fully_connected_*</c>.</summary>
public sealed class PortableFullyConnectedRule : PortableRule<FullyConnected>
{
    private protected override MatchResult Match(FullyConnected op, NodeView node)
    {
        if (CodesOnly(node.InputType(0), node.OutputType()) is { Accepted: false } types)
            return types;
        if (WeightedLayer.MatchOperands(node, computedWeights: true) is { Accepted: false } operands)
            return operands;
        var layer = Layer(op, node);
        return KernelFields.Requantizable(layer.Requantizers, layer.Wide);
    }

    private protected override KernelCall Lower(FullyConnected op, NodeView node, LoweringContext context)
    {
        var (x, w, y) = (node.InputType(0), node.InputType(1).Shape, node.OutputType());
        var layer = Layer(op, node);
        var (outputs, depth) = (w[0], w[1]);
        var rows = (int)(x.Shape.ElementCount / depth);
        // Weights that are not known cannot be summed: their kernel subtracts the zero point.
        var subtracted = node.Constant(1) is null && !op.ZeroPointFolded ? x.Quant!.ZeroPoint : 0;
        var parameters = new CStruct("brim_fully_connected_params",
        [
            CField.Of("rows", rows),
            CField.Of("depth", depth),
            CField.Of("outputs", outputs),
            CField.Of("types", layer.Types()),
            CField.Of("input_zero", subtracted),
            CField.Of("output", KernelFields.Requantization(context, layer.Requantizers)),
        ]);
        long inRow = depth * x.Element.StorageBytes;
        long outRow = outputs * y.Element.StorageBytes;
        // All of a row may still be read while its last result is about to be written.
        var lead = ForwardOverlap.Lead([.. Enumerable.Range(0, rows).SelectMany(r => new[] { (long.MaxValue, (r + 1) * outRow), (r * inRow, (r + 1) * outRow) })]);
        return layer.Call("fully_connected", parameters, context, op.ZeroPointFolded, i => i / depth, lead) with
        {
            Work = WorkCounts.OneCall().Add("row", rows).Add("channel", (long)rows * outputs).Add("mac", (long)rows * outputs * depth).ToWork(),
        };
    }

    // 16-bit activations accumulate in 64 bits unless the bias has 32.
    private static WeightedLayer Layer(FullyConnected op, NodeView node)
    {
        var (x, bits) = (node.InputType(0), WeightedLayer.BiasBits(node));
        return new WeightedLayer(
            node,
            bits == 0 ? x.Element.Bits == 16 : bits == 64,
            Requantizer.ForFullyConnected(op.Requantization, x.Quant!, node.InputType(1).Quant!, node.OutputType(), node.InputType(1).Shape[0], op.Activation));
    }
}
