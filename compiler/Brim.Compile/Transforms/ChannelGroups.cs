using System.Collections.Immutable;
using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Compile.Transforms;

/// <summary>
/// Values whose channels (last dimension) must be in one order, as some node takes channel c of one to channel c of the other. A group's order is free
/// where all its values lie inside the network, and every node that touches them either keeps channels apart or has constant weights that can be
/// reordered likewise.
/// </summary>
public sealed class ChannelGroups
{
    private readonly Dictionary<int, int> _parents = [];
    private readonly HashSet<int> _fixed = [];

    private ChannelGroups(Graph graph)
    {
        foreach (var id in graph.Inputs.Concat(graph.Outputs))
            _fixed.Add(id);
        foreach (var node in graph.Nodes)
            Visit(graph, node);
        var members = graph.Nodes.SelectMany(n => n.Outputs).Distinct().GroupBy(Root).ToList();
        var bound = _fixed.Select(Root).ToHashSet();
        Free = [.. members.Where(g => !bound.Contains(g.Key)).Select(g => g.ToImmutableArray())];
    }

    /// <summary>The groups whose order is free, in the order of their first nodes: ids of values.</summary>
    public ImmutableArray<ImmutableArray<int>> Free { get; }

    /// <summary>The groups of a graph.</summary>
    public static ChannelGroups Of(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return new ChannelGroups(graph);
    }

    private void Visit(Graph graph, Node node)
    {
        switch (ChannelForms.Of(graph, node))
        {
            // The operand's order is that of the weights' inputs, the result's that of their outputs.
            case ChannelForm.Mixing:
                break;
            case ChannelForm.Depthwise or ChannelForm.Flattening when graph.TypeOf(node.Inputs[0]).Shape[-1] == graph.TypeOf(node.Output).Shape[-1]:
                Join(graph, node.Inputs[0], node.Output);
                break;
            case ChannelForm.Parallel:
                var full = ChannelForms.FullOperands(graph, node).ToList();
                for (var i = 0; i < node.Inputs.Length; i++)
                {
                    // A broadcast operand has one channel for all.
                    if (!full.Contains(i))
                        Fix(node.Inputs[i]);
                    else if (!graph[node.Inputs[i]].IsConstant)
                        Join(graph, node.Inputs[i], node.Output);
                }
                if (full.Count == 0)
                    Fix(node.Output);
                break;
            default:
                foreach (var id in node.Inputs.Concat(node.Outputs))
                    Fix(id);
                break;
        }
    }

    private void Fix(int id)
    {
        if (id != Value.None)
            _fixed.Add(id);
    }

    private void Join(Graph graph, int a, int b)
    {
        if (graph[a].IsConstant)
            Fix(b);
        else
            _parents[Root(a)] = Root(b);
    }

    private int Root(int id)
    {
        while (_parents.TryGetValue(id, out var parent) && parent != id)
            id = parent;
        return id;
    }
}
