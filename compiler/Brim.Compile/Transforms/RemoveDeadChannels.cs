using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Compile.Transforms;

/// <summary>
/// Removes channels that carry nothing: their codes never change (all weights zero, as pruning leaves them), or nobody reads them. Constants move
/// exactly into the biases behind. What remains computes the same bits with fewer multiplications, less flash and less memory.
/// </summary>
public sealed class RemoveDeadChannels : IGraphPass
{
    /// <inheritdoc/>
    public string Name => nameof(RemoveDeadChannels);

    /// <inheritdoc/>
    public Graph Run(Graph graph, PassContext context)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var constants = ChannelConstants.Of(graph);
        var removed = RemovableChannels.Find(graph, constants);
        if (removed.Count == 0)
            return graph;
        var editor = new GraphEditor(graph);
        foreach (var (id, marks) in removed)
            editor.SetType(id, TensorSlice.Take(graph.TypeOf(id), graph.TypeOf(id).Shape.Rank - 1, TensorSlice.Unmarked(marks)));
        foreach (var node in graph.Nodes)
        {
            if (!node.Inputs.Concat(node.Outputs).Any(removed.ContainsKey))
                continue;
            var replacement = ChannelForms.Of(graph, node) switch
            {
                ChannelForm.Mixing => Mixing(editor, WeightedNode.TryCreate(graph, node)!, constants, removed),
                ChannelForm.Depthwise => Depthwise(editor, WeightedNode.TryCreate(graph, node)!, removed),
                ChannelForm.Parallel => Parallel(editor, graph, node, removed),
                ChannelForm.Flattening => node with { Op = new Reshape(editor[node.Output].Type.Shape) },
                _ => throw new InvalidOperationException($"channels of '{node.Name}' were removed"),
            };
            editor.Replace(node, replacement);
        }
        return editor.ToGraph();
    }

    private static Node Mixing(GraphEditor editor, WeightedNode node, ChannelConstants constants, SortedDictionary<int, bool[]> removed)
    {
        var (x, y) = (node.Node.Inputs[0], node.Node.Output);
        var (weights, bias) = (node.Weights, node.BiasCodes());
        var needsBias = node.Bias is not null;
        if (removed.TryGetValue(x, out var gone))
        {
            for (var c = 0; c < bias.Length; c++)
            {
                for (var k = 0; k < node.WeightsPerChannel; k++)
                {
                    // Channels without a constant go only where their weights are zero.
                    if (gone[k % gone.Length] && node.Weight(c, k) != 0)
                        bias[c] += (long)node.Weight(c, k) * (constants.CodeOf(x, k % gone.Length)!.Value - (node.ZeroPointFolded ? 0 : node.X.Quant!.ZeroPoint));
                }
            }
            needsBias |= bias.Any(b => b != 0);
            // A dense layer may read several positions of each channel in one row.
            var axis = weights.Type.Shape.Rank - 1;
            weights = TensorSlice.Take(weights, axis, [.. Enumerable.Range(0, weights.Type.Shape[axis]).Where(k => !gone[k % gone.Length])]);
        }
        var biasTensor = needsBias ? node.MakeBias(bias) : null;
        if (removed.TryGetValue(y, out var dead))
        {
            weights = TensorSlice.Take(weights, 0, TensorSlice.Unmarked(dead));
            biasTensor = biasTensor is null ? null : TensorSlice.Take(biasTensor, 0, TensorSlice.Unmarked(dead));
        }
        return WithConstants(editor, node.Node, weights, biasTensor);
    }

    private static Node Depthwise(GraphEditor editor, WeightedNode node, SortedDictionary<int, bool[]> removed)
    {
        var keep = TensorSlice.Unmarked(removed[node.Node.Output]);
        var bias = node.Bias is null ? null : TensorSlice.Take(node.MakeBias(node.BiasCodes()), 0, keep);
        return WithConstants(editor, node.Node, TensorSlice.Take(node.Weights, 3, keep), bias);
    }

    private static Node Parallel(GraphEditor editor, Graph graph, Node node, SortedDictionary<int, bool[]> removed)
    {
        var inputs = node.Inputs;
        foreach (var i in ChannelForms.FullOperands(graph, node).Where(i => graph[node.Inputs[i]].IsConstant))
        {
            var constant = graph[node.Inputs[i]].Constant!;
            inputs = inputs.SetItem(i, editor.AddConstant(graph[node.Inputs[i]].Name, TensorSlice.Take(constant, constant.Type.Shape.Rank - 1, TensorSlice.Unmarked(removed[node.Output]))));
        }
        return node with { Inputs = inputs };
    }

    private static Node WithConstants(GraphEditor editor, Node node, Tensor weights, Tensor? bias)
    {
        var weightsId = editor.AddConstant(editor[node.Inputs[1]].Name, weights);
        if (bias is null)
            return node with { Inputs = [node.Inputs[0], weightsId] };
        var name = node.Inputs.Length > 2 && node.Inputs[2] != Value.None ? editor[node.Inputs[2]].Name : $"{node.Name}/bias";
        return node with { Inputs = [node.Inputs[0], weightsId, editor.AddConstant(name, bias)] };
    }
}
