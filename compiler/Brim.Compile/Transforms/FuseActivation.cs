using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Compile.Transforms;

/// <summary>
/// Moves a clamp that stands alone into the operator before it, where nothing else reads that operator's result and the clamp does not rescale (element
/// type and quantization on both sides are equal).
/// </summary>
public sealed class FuseActivation : IGraphPass
{
    /// <inheritdoc/>
    public string Name => nameof(FuseActivation);

    /// <inheritdoc/>
    public Graph Run(Graph graph, PassContext context)
    {
        ArgumentNullException.ThrowIfNull(graph);
        // One at a time: fusing makes the next clamp of a chain the neighbour of the producer.
        while (FuseOne(graph) is { } fused)
            graph = fused;
        return graph;
    }

    private static Graph? FuseOne(Graph graph)
    {
        var producers = graph.Producers();
        var consumers = graph.Consumers();
        foreach (var clamp in graph.Nodes.Where(n => n.Op is UnaryActivation))
        {
            var source = clamp.Inputs[0];
            if (!producers.TryGetValue(source, out var producer) || FusedActivation.Of(producer.Op) is not { } first
                || graph.Outputs.Contains(source) || consumers[source].Count() != 1 || graph.TypeOf(source) != graph.TypeOf(clamp.Output)
                || FusedActivation.Compose(first, ((UnaryActivation)clamp.Op).Activation, graph.TypeOf(source)) is not { } both)
            {
                continue;
            }
            var editor = new GraphEditor(graph);
            editor.Remove(clamp);
            // The clamp's result keeps its identity: it is the one that others read.
            editor.Replace(producer, producer with { Op = FusedActivation.With(producer.Op, both), Outputs = [clamp.Output] });
            return editor.ToGraph();
        }
        return null;
    }
}
