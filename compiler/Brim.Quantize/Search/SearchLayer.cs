using System.Collections.Immutable;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Quantize.Evaluation;
using Brim.Quantize.Networks;

namespace Brim.Quantize.Search;

/// <summary>What a cost model knows of a layer whose widths are searched.</summary>
/// <param name="Name">Name in recipes.</param>
/// <param name="Output">Id of the layer's result.</param>
/// <param name="Input">Id of the value it reads.</param>
/// <param name="Kind">Mnemonic of its operator.</param>
/// <param name="Length">K: factors of one dot product.</param>
/// <param name="Channels">Output channels.</param>
/// <param name="Macs">Multiply-accumulates of one inference.</param>
/// <param name="IsDepthwise">True if every output channel reads inputs of its own.</param>
public sealed record SearchLayer(string Name, int Output, int Input, string Kind, int Length, int Channels, long Macs, bool IsDepthwise)
{
    /// <summary>Number of weights.</summary>
    public long Weights => (long)Length * Channels;

    /// <summary>The layers of a network in the order of the graph.</summary>
    public static ImmutableArray<SearchLayer> Of(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var names = LayerNames.Of(graph);
        return [.. graph.Nodes.Where(n => names.ContainsKey(n.Output)).Select(n =>
        {
            var layer = LinearLayer.TryMake(graph, n)!;
            var length = FloatWeights.Columns(layer);
            return new SearchLayer(names[n.Output], n.Output, layer.X, n.Op.Mnemonic, length, layer.Outputs, graph.TypeOf(n.Output).Shape.ElementCount * length, layer.IsDepthwise);
        })];
    }
}
