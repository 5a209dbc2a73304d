using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Quantize.Networks;

namespace Brim.Quantize.Windows;

/// <summary>Places the operators of SPARQ before the layers whose method it is.</summary>
internal static class WindowInsertion
{
    /// <summary>The graph with the operators; layers that read one value through equal windows share one operator.</summary>
    public static Graph Run(Graph graph, WidthAssignment widths)
    {
        var editor = new GraphEditor(graph);
        var placed = new Dictionary<(int X, Op Op), int>();
        foreach (var (output, name) in LayerNames.Of(graph))
        {
            if (RoundingMethods.Find(widths[name].Method)?.Window?.Operator is not { } op)
                continue;
            var node = graph.Nodes.Single(n => n.Output == output);
            var x = node.Inputs[0];
            if (!placed.TryGetValue((x, op), out var windowed))
                placed[(x, op)] = windowed = editor.AddNode(op, [x], graph.TypeOf(x), node.Name + "/window", node.Location);
            editor.Replace(node, node with { Inputs = node.Inputs.SetItem(0, windowed) });
        }
        return placed.Count == 0 ? graph : editor.ToGraph();
    }
}
