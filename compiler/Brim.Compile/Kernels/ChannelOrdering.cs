using System.Collections.Immutable;
using Brim.Compile.Accumulators;
using Brim.Compile.Transforms;
using Brim.Core.IR;

namespace Brim.Compile.Kernels;

/// <summary>
/// Orders channels inside the network so that chunks of lanes become longer. Which order helps depends on the kernel, and every layer has two, of the
/// channels that it writes and of those that it reads: group by group, the order is kept for which the layers around take the fewest modelled cycles.
/// </summary>
internal static class ChannelOrdering
{
    /// <summary>The graph in the best orders found; the same graph where nothing is to be gained, costs are not known, or lanes are not allowed.</summary>
    /// <param name="graph">The lowered graph.</param>
    /// <param name="backend">Machine, rules and costs.</param>
    /// <param name="accumulators">Limits of accumulators.</param>
    public static Graph Apply(Graph graph, Backend backend, AccumulatorOptions accumulators)
    {
        if (backend.Costs is null || !accumulators.AllowsLanes)
            return graph;
        foreach (var group in ChannelGroups.Of(graph).Free)
        {
            var nodes = Enumerable.Range(0, graph.Nodes.Length).Where(i => IsWeighted(graph, i) && graph.Nodes[i].Inputs.Concat(graph.Nodes[i].Outputs).Any(group.Contains)).ToList();
            var (best, fewest) = (graph, Cycles(graph));
            foreach (var order in Orders(graph, nodes.Where(i => group.Contains(graph.Nodes[i].Output))))
            {
                var permuted = PermuteChannels.Apply(graph, group, order);
                if (Cycles(permuted) is var cycles && cycles < fewest)
                    (best, fewest) = (permuted, cycles);
            }
            graph = best;

            long? Cycles(Graph g) => nodes.Aggregate((long?)0, (sum, i) => sum + KernelSelector.FewestCycles(new NodeView(g, g.Nodes[i], backend.Target) { Accumulators = accumulators }, backend));
        }
        return graph;
    }

    private static bool IsWeighted(Graph graph, int node) => WeightedNode.TryCreate(graph, graph.Nodes[node]) is not null;

    /// <summary>Orders that suit one of the layers that write a group.</summary>
    private static IEnumerable<ImmutableArray<int>> Orders(Graph graph, IEnumerable<int> writers)
    {
        foreach (var writer in writers)
        {
            var layer = WeightedNode.TryCreate(graph, graph.Nodes[writer])!;
            var norms = Enumerable.Range(0, layer.OutputChannels)
                .Select(c => Enumerable.Range(0, layer.WeightsPerChannel).Sum(k => Math.Abs((long)layer.Weight(c, k)))).ToList();
            yield return ChannelOrder.Alike(norms);
            yield return ChannelOrder.LightLow(norms);
        }
    }
}
