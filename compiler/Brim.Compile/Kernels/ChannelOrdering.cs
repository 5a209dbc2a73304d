using System.Collections.Immutable;
using Brim.Compile.Accumulators;
using Brim.Compile.Transforms;
using Brim.Core.IR;

namespace Brim.Compile.Kernels;

/// <summary>
/// Orders channels inside the network so that chunks of lanes become longer, and that channels fit a register in pairs. Which order helps depends on the kernel, and every layer has two, of the
/// channels that it writes and of those that it reads: group by group, the order is kept for which the layers around take the fewest modelled cycles.
/// </summary>
internal static class ChannelOrdering
{
    /// <summary>The graph in the best orders found; the same graph where nothing is to be gained or costs are not known.</summary>
    /// <param name="graph">The lowered graph.</param>
    /// <param name="backend">Machine, rules and costs.</param>
    /// <param name="accumulators">Limits of accumulators.</param>
    public static Graph Apply(Graph graph, Backend backend, AccumulatorOptions accumulators)
    {
        if (backend.Costs is null)
            return graph;
        foreach (var group in ChannelGroups.Of(graph).Free)
        {
            var nodes = Enumerable.Range(0, graph.Nodes.Length).Where(i => IsWeighted(graph, i) && graph.Nodes[i].Inputs.Concat(graph.Nodes[i].Outputs).Any(group.Contains)).ToList();
            var (best, fewest) = (graph, Cycles(graph));
            var writers = nodes.Where(i => group.Contains(graph.Nodes[i].Output)).Select(i => WeightedNode.TryCreate(graph, graph.Nodes[i])!).ToList();
            foreach (var order in Orders(writers, accumulators.AllowsLanes))
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

    /// <summary>Orders that suit one of the layers that write a group, or all of them.</summary>
    private static IEnumerable<ImmutableArray<int>> Orders(List<WeightedNode> writers, bool allowsLanes)
    {
        foreach (var layer in writers.Where(_ => allowsLanes))
        {
            var norms = Channels(layer).Select(c => Weights(layer, c).Sum(w => Math.Abs((long)w))).ToList();
            yield return ChannelOrder.Alike(norms);
            yield return ChannelOrder.LightLow(norms);
        }
        // Kernels with two channels a + 256 b in a halfword have no room for -128 in b beside a negative a.
        var least = writers.SelectMany(layer => Channels(layer).SelectMany(c => Enumerable.Range(0, layer.WeightsPerChannel)
            .Where(k => layer.Weight(c, k) == sbyte.MinValue).Select(k => (layer, c, k)))).ToLookup(at => at.c);
        if (least.Count > 0)
            yield return ChannelOrder.FittingPairs(writers[0].OutputChannels, (a, b) => least[b].All(at => at.layer.Weight(a, at.k) >= 0));
    }

    private static IEnumerable<int> Channels(WeightedNode layer) => Enumerable.Range(0, layer.OutputChannels);

    private static IEnumerable<int> Weights(WeightedNode layer, int channel) => Enumerable.Range(0, layer.WeightsPerChannel).Select(k => layer.Weight(channel, k));
}
