using System.Collections.Immutable;
using Brim.Core.IR;
using Brim.Quantize.Evaluation;

namespace Brim.Quantize.Networks;

/// <summary>Names of the layers that have weights, for recipes and reports.</summary>
public static class LayerNames
{
    /// <summary>
    /// By the id of the layer's result, in the order of the graph: the part of the node's name before the first ';' (converters append the
    /// names of everything they fused), with #2, #3.. where that repeats.
    /// </summary>
    public static ImmutableSortedDictionary<int, string> Of(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var result = ImmutableSortedDictionary.CreateBuilder<int, string>();
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var node in graph.Nodes.Where(n => LinearLayer.TryMake(graph, n) is not null))
        {
            var name = node.Name.Split(';')[0];
            var count = seen[name] = seen.GetValueOrDefault(name) + 1;
            result.Add(node.Output, count == 1 ? name : FormattableString.Invariant($"{name}#{count}"));
        }
        return result.ToImmutable();
    }
}
