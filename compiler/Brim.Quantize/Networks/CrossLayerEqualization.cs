using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Quantize.Data;
using Brim.Quantize.Evaluation;

namespace Brim.Quantize.Networks;

/// <summary>
/// Cross-layer equalisation (Nagel et al. 2019, arXiv 1906.04721) on activations: where a layer's result goes through nothing but ReLU into
/// one other layer, channel c of the first is divided and its uses in the second are multiplied by a factor, so that no channel wastes the
/// range that all channels share. The network's function does not change.
/// </summary>
internal static class CrossLayerEqualization
{
    /// <summary>Factors lie within this of 1 in either direction: beyond, the second layer's weights suffer more than the activations gain.</summary>
    private const double LargestFactor = 4;

    public static Graph Run(Graph graph, DataSource data)
    {
        var pairs = Pairs(graph);
        var ids = pairs.Select(p => p.First.Node.Output).ToArray();
        var maxima = ChannelMaxima(graph, ids, data);
        var values = graph.Values.ToBuilder();
        foreach (var (first, second) in pairs)
        {
            var factors = Factors(maxima[first.Node.Output]);
            var (w, b) = ((float[])values[first.W].Constant!.Floats.Clone(), (float[])values[first.Bias].Constant!.Floats.Clone());
            var next = (float[])values[second.W].Constant!.Floats.Clone();
            var columns = FloatWeights.Columns(first);
            for (var c = 0; c < first.Outputs; c++)
            {
                b[c] = (float)(b[c] / factors[c]);
                for (var k = 0; k < columns; k++)
                    w[FloatWeights.Position(first, c, k, columns)] = (float)(w[FloatWeights.Position(first, c, k, columns)] / factors[c]);
            }
            // Input channels are the innermost dimension of dense weights; of depthwise weights, channel c feeds outputs c * multiplier ...
            for (var i = 0; i < next.Length; i++)
                next[i] = (float)(next[i] * factors[second.IsDepthwise ? i % second.Outputs / second.Multiplier : i % first.Outputs]);
            Set(first.W, w);
            Set(first.Bias, b);
            Set(second.W, next);
        }
        return graph with { Values = values.ToImmutable() };

        void Set(int id, float[] floats) => values[id] = values[id] with { Constant = Tensor.FromFloats(values[id].Type, floats) };
    }

    private static List<(LinearLayer First, LinearLayer Second)> Pairs(Graph graph)
    {
        var consumers = graph.Consumers();
        var pairs = new List<(LinearLayer, LinearLayer)>();
        foreach (var node in graph.Nodes)
        {
            if (LinearLayer.TryMake(graph, node) is not { Activation: Activation.None or Activation.Relu, Bias: not Value.None } first || graph.Outputs.Contains(node.Output))
                continue;
            var readers = consumers[node.Output].ToArray();
            if (readers.Length == 1 && readers[0].Inputs[0] == node.Output && LinearLayer.TryMake(graph, readers[0]) is { } second && second.Input[3] == first.Outputs)
                pairs.Add((first, second));
        }
        return pairs;
    }

    private static double[] Factors(double[] maxima)
    {
        var positive = maxima.Where(m => m > 0).ToArray();
        var mean = positive.Length == 0 ? 1 : Math.Exp(positive.Average(Math.Log));
        // The square root shares the change between the activations and the weights that follow.
        return [.. maxima.Select(m => m > 0 ? Math.Clamp(Math.Sqrt(m / mean), 1 / LargestFactor, LargestFactor) : 1)];
    }

    private static Dictionary<int, double[]> ChannelMaxima(Graph graph, int[] ids, DataSource data)
    {
        var lanes = Enumerable.Range(0, SampleLoop.Lanes).Select(_ => ids.ToDictionary(id => id, id => new double[graph.TypeOf(id).Shape[-1]])).ToArray();
        if (ids.Length == 0)
            return [];
        SampleLoop.Run([new GraphEvaluator(graph, ids)], data, (lane, _, sessions) =>
        {
            foreach (var (id, maxima) in lanes[lane])
            {
                var values = sessions[0].Floats(id);
                for (var i = 0; i < values.Length; i++)
                    maxima[i % maxima.Length] = Math.Max(maxima[i % maxima.Length], Math.Abs(values[i]));
            }
        });
        foreach (var (id, maxima) in lanes[0])
        {
            for (var c = 0; c < maxima.Length; c++)
                maxima[c] = lanes.Max(l => l[id][c]);
        }
        return lanes[0];
    }
}
