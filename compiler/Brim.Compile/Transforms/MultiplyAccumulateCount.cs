using System.Collections.Immutable;
using Brim.Core.IR;

namespace Brim.Compile.Transforms;

/// <summary>Multiply-accumulates of one inference, padding taps included as frameworks count them.</summary>
public static class MultiplyAccumulateCount
{
    /// <summary>Of the whole graph.</summary>
    public static long Of(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return graph.Nodes.Sum(n => Of(graph, n));
    }

    /// <summary>Of one node.</summary>
    public static long Of(Graph graph, Node node)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(node);
        ImmutableArray<TensorType> results = [.. node.Outputs.Select(graph.TypeOf)];
        return node.Op.MultiplyAccumulates(graph.OperandTypes(node).AsSpan(), results.AsSpan());
    }
}
