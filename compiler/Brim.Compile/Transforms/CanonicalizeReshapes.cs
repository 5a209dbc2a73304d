using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Compile.Transforms;

/// <summary>
/// Leaves one reshape of a chain, and none where the shape comes out as it was; a transposition that only moves dimensions of 1 is a reshape too. What
/// leads from one graph input or output to another stays: it is the step that copies.
/// </summary>
public sealed class CanonicalizeReshapes : IGraphPass
{
    /// <inheritdoc/>
    public string Name => nameof(CanonicalizeReshapes);

    /// <inheritdoc/>
    public Graph Run(Graph graph, PassContext context)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var editor = new GraphEditor(graph);
        var producers = graph.Producers();
        var changed = false;
        foreach (var node in graph.Nodes.Where(n => IsReshape(graph, n)))
        {
            var source = node.Inputs[0];
            while (producers.TryGetValue(source, out var before) && IsReshape(graph, before))
                source = before.Inputs[0];
            if (graph.TypeOf(source) == graph.TypeOf(node.Output) && !(editor.IsInterface(source) && editor.IsInterface(node.Output)))
                editor.ReplaceUses(node.Output, source);
            else if (source != node.Inputs[0] || node.Op is not Reshape)
                editor.Replace(editor.Nodes.Single(n => n.Outputs.Contains(node.Output)), node with { Op = new Reshape(graph.TypeOf(node.Output).Shape), Inputs = [source] });
            else
                continue;
            changed = true;
        }
        return changed ? editor.ToGraph() : graph;
    }

    private static bool IsReshape(Graph graph, Node node)
    {
        if (node.Op is not Transpose transpose)
            return node.Op is Reshape;
        var shape = graph.TypeOf(node.Inputs[0]).Shape;
        var moved = transpose.Permutation.Where(d => shape[d] != 1).ToList();
        return moved.SequenceEqual(moved.Order());
    }
}
