using Brim.Core.IR;

namespace Brim.Compile.Transforms;

/// <summary>
/// bias + sum of w * (q - zero) becomes (bias - zero * sum of w) + sum of w * q, so that kernels multiply codes as they are stored. Declines where the
/// new form could leave the accumulator's width, which the old one does not.
/// </summary>
public sealed class FoldInputZeroPoint : IGraphPass
{
    /// <inheritdoc/>
    public string Name => nameof(FoldInputZeroPoint);

    /// <inheritdoc/>
    public Graph Run(Graph graph, PassContext context)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var editor = new GraphEditor(graph);
        var changed = false;
        foreach (var node in graph.Nodes)
        {
            if (WeightedNode.TryCreate(graph, node) is not { ZeroPointFolded: false } weighted || Fold(weighted) is not { } bias)
                continue;
            // Without a zero point the bias is what it was, and one that is absent stays so.
            var inputs = weighted.X.Quant!.ZeroPoint == 0
                ? node.Inputs
                : [node.Inputs[0], node.Inputs[1], editor.AddConstant($"{node.Name}/bias", weighted.MakeBias(bias))];
            editor.Replace(node, node with { Op = weighted.FoldedOp(), Inputs = inputs });
            changed = true;
        }
        return changed ? editor.ToGraph() : graph;
    }

    private static long[]? Fold(WeightedNode node)
    {
        var zeroPoint = node.X.Quant!.ZeroPoint;
        if (zeroPoint == 0)
            return node.BiasCodes();
        var bias = node.BiasCodes();
        var largest = Math.Max(-node.X.Element.MinCode, node.X.Element.MaxCode);
        var limit = node.Bias?.Type.Element.Bits == 64 ? long.MaxValue : int.MaxValue;
        for (var c = 0; c < bias.Length; c++)
        {
            long sum = 0, magnitude = 0;
            for (var k = 0; k < node.WeightsPerChannel; k++)
            {
                sum += node.Weight(c, k);
                magnitude += Math.Abs((long)node.Weight(c, k));
            }
            if (Math.Abs((decimal)bias[c]) + ((decimal)magnitude * (largest + Math.Abs(zeroPoint))) > limit)
                return null;
            bias[c] -= zeroPoint * sum;
        }
        return bias;
    }
}
