using System.Collections.Immutable;
using Brim.Core.IR;

namespace Brim.Compile.Transforms;

/// <summary>
/// Brings the channels of a group of values into another order: outputs of the weights that make them, inputs of the weights that read them, and constants
/// that are combined with them. The network's own inputs and outputs keep their order, and every bit its value.
/// </summary>
public static class PermuteChannels
{
    /// <summary>The graph with another order of one group's channels; nodes keep their places.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="group">A group of <see cref="ChannelGroups.Free"/>.</param>
    /// <param name="order">For each new channel the old one.</param>
    public static Graph Apply(Graph graph, ImmutableArray<int> group, ImmutableArray<int> order)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var editor = new GraphEditor(graph);
        foreach (var id in group)
            editor.SetType(id, TensorSlice.Take(graph.TypeOf(id), graph.TypeOf(id).Shape.Rank - 1, order));
        foreach (var node in graph.Nodes)
        {
            if (!node.Inputs.Concat(node.Outputs).Any(group.Contains))
                continue;
            var form = ChannelForms.Of(graph, node);
            var permuted = form switch
            {
                ChannelForm.Mixing => Mixing(editor, WeightedNode.TryCreate(graph, node)!, group, order),
                ChannelForm.Depthwise => WithConstants(editor, node, TensorSlice.Take(graph[node.Inputs[1]].Constant!, 3, order), Bias(graph, node), order),
                ChannelForm.Parallel => Parallel(editor, graph, node, order),
                // A reshape that keeps the last dimension.
                _ => node,
            };
            if (!ReferenceEquals(permuted, node))
                editor.Replace(node, permuted);
        }
        return editor.ToGraph();
    }

    private static Node Mixing(GraphEditor editor, WeightedNode node, ImmutableArray<int> group, ImmutableArray<int> order)
    {
        var weights = node.Weights;
        if (group.Contains(node.Node.Inputs[0]))
        {
            // A dense layer may read several positions of each channel in one row.
            var axis = weights.Type.Shape.Rank - 1;
            weights = TensorSlice.Take(weights, axis, [.. Enumerable.Range(0, weights.Type.Shape[axis]).Select(k => k - (k % order.Length) + order[k % order.Length])]);
        }
        return group.Contains(node.Node.Output)
            ? WithConstants(editor, node.Node, TensorSlice.Take(weights, 0, order), node.Bias, order)
            : node.Node with { Inputs = node.Node.Inputs.SetItem(1, editor.AddConstant(editor[node.Node.Inputs[1]].Name, weights)) };
    }

    private static Node Parallel(GraphEditor editor, Graph graph, Node node, ImmutableArray<int> order)
    {
        var inputs = node.Inputs;
        foreach (var i in ChannelForms.FullOperands(graph, node).Where(i => graph[node.Inputs[i]].IsConstant))
        {
            var constant = graph[node.Inputs[i]].Constant!;
            inputs = inputs.SetItem(i, editor.AddConstant(graph[node.Inputs[i]].Name, TensorSlice.Take(constant, constant.Type.Shape.Rank - 1, order)));
        }
        return inputs == node.Inputs ? node : node with { Inputs = inputs };
    }

    private static Tensor? Bias(Graph graph, Node node) =>
        node.Inputs.Length > 2 && node.Inputs[2] != Value.None ? graph[node.Inputs[2]].Constant : null;

    private static Node WithConstants(GraphEditor editor, Node node, Tensor weights, Tensor? bias, ImmutableArray<int> order)
    {
        var inputs = node.Inputs.SetItem(1, editor.AddConstant(editor[node.Inputs[1]].Name, weights));
        if (bias is not null)
            inputs = inputs.SetItem(2, editor.AddConstant(editor[node.Inputs[2]].Name, TensorSlice.Take(bias, 0, order)));
        return node with { Inputs = inputs };
    }
}
