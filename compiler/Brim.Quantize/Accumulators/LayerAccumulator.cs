using System.Collections.Immutable;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Quantize.Networks;
using Brim.Quantize.Weights;

namespace Brim.Quantize.Accumulators;

/// <summary>What one layer of an integer graph asks of its accumulator.</summary>
/// <param name="Name">Name in recipes (<see cref="LayerNames"/>).</param>
/// <param name="Op">Operator.</param>
/// <param name="Length">Products in a sum.</param>
/// <param name="Weights">Type of the weights.</param>
/// <param name="Input">Type of the input's codes.</param>
/// <param name="Factors">Range of what weights are multiplied by: input codes minus their zero point.</param>
/// <param name="Needs">Width by each bound.</param>
public sealed record LayerAccumulator(string Name, string Op, int Length, ElementType Weights, ElementType Input, IntegerRange Factors, AccumulatorNeeds Needs)
{
    /// <summary>All layers of a graph that multiply codes by constant weight codes, in its order; others (float, computed weights) are left out.</summary>
    public static ImmutableArray<LayerAccumulator> Of(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var names = LayerNames.Of(graph);
        return [.. graph.Nodes.Select(n => TryMake(graph, n, names.GetValueOrDefault(n.Output, n.Name))).OfType<LayerAccumulator>()];
    }

    private static LayerAccumulator? TryMake(Graph graph, Node node, string name)
    {
        if (node.Op is not (Conv2D or DepthwiseConv2D or FullyConnected) || graph[node.Inputs[1]].Constant is not { } w)
            return null;
        var x = graph.TypeOf(node.Inputs[0]);
        if (x is not { Element.IsInteger: true, Quant: { } quant } || !w.Type.Element.IsInteger)
            return null;
        var isFolded = node.Op is Conv2D { ZeroPointFolded: true } or DepthwiseConv2D { ZeroPointFolded: true } or FullyConnected { ZeroPointFolded: true };
        var zero = isFolded ? 0 : quant.ZeroPoint;
        var factors = new IntegerRange(x.Element.MinCode - zero, x.Element.MaxCode - zero);
        var codes = Rows(w, node.Op is DepthwiseConv2D);
        return new(name, node.Op.Mnemonic, codes.Columns, w.Type.Element, x.Element, factors, AccumulatorNeeds.Of(codes, w.Type.Element.Bits, factors));
    }

    // Output channels are the first dimension, of depthwise weights the last.
    private static WeightCodes Rows(Tensor w, bool isDepthwise)
    {
        var outputs = isDepthwise ? w.Type.Shape[-1] : w.Type.Shape[0];
        var columns = (int)(w.Type.Shape.ElementCount / outputs);
        var codes = new WeightCodes(outputs, columns);
        for (var r = 0; r < outputs; r++)
        {
            for (var c = 0; c < columns; c++)
                codes[r, c] = w.Codes[isDepthwise ? (c * outputs) + r : (r * columns) + c];
        }
        return codes;
    }
}
