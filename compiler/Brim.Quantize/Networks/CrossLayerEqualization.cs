using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Quantize.Data;
using Brim.Quantize.Evaluation;

namespace Brim.Quantize.Networks;

/// <summary>
/// Cross-layer equalisation (Nagel et al. 2019, arXiv 1906.04721), aimed at activations: channel c of a value is divided by a factor in
/// the layers that produce it and multiplied by it in the layers that read it, so that no channel wastes the range that all channels
/// share. The network's function does not change, because ReLU, sums, pooling and means commute with positive factors. Values that are
/// added to each other have the same factors.
/// </summary>
internal static class CrossLayerEqualization
{
    /// <summary>Factors lie within this of 1 in either direction: beyond, the weights that follow suffer more than the activations gain.</summary>
    private const double LargestFactor = 4;

    public static Graph Run(Graph graph, DataSource data, double strength, CancellationToken cancellation = default)
    {
        var groups = Groups(graph);
        var squares = MeanSquares(graph, [.. groups.SelectMany(g => g.Values)], data, cancellation);
        var values = graph.Values.ToBuilder();
        foreach (var group in groups)
        {
            var factors = Factors(group.Values.Select(id => squares[id]).ToArray(), strength);
            foreach (var layer in group.Producers)
            {
                var columns = FloatWeights.Columns(layer);
                Scale(layer.Bias, (_, i) => 1 / factors[i]);
                Scale(layer.W, (_, i) => 1 / factors[layer.IsDepthwise ? i % layer.Outputs : i / columns]);
            }
            // Input channels are the innermost dimension of dense weights; of depthwise weights, channel c feeds outputs c * multiplier ...
            foreach (var layer in group.Readers)
            {
                var (depth, columns) = (layer.Input[3] / layer.Groups, FloatWeights.Columns(layer));
                Scale(layer.W, (_, i) => factors[layer.IsDepthwise ? i % layer.Outputs / layer.Multiplier
                    : ((i / columns / (layer.Outputs / layer.Groups) * depth) + (i % depth)) % factors.Length]);
            }
        }
        return graph with { Values = values.ToImmutable() };

        void Scale(int id, Func<float, int, double> factor) => values[id] = values[id] with
        {
            Constant = Tensor.FromFloats(values[id].Type, [.. values[id].Constant!.Floats.Select((v, i) => (float)(v * factor(v, i)))]),
        };
    }

    /// <summary>Sets of values with common channels, all of whose producers and readers can take factors.</summary>
    private static List<(int[] Values, LinearLayer[] Producers, LinearLayer[] Readers)> Groups(Graph graph)
    {
        var parent = graph.Nodes.ToDictionary(n => n.Output, n => n.Output);
        int Find(int id) => parent[id] == id ? id : Find(parent[id]);
        var barred = new HashSet<int>(graph.Outputs);
        foreach (var node in graph.Nodes)
        {
            if (LinearLayer.TryMake(graph, node) is { } layer)
            {
                if (layer.Activation is not (Activation.None or Activation.Relu) || layer.Bias == Value.None)
                    barred.Add(node.Output);
                continue;
            }
            var commutes = node.Op switch
            {
                Add { Activation: Activation.None or Activation.Relu } => node.Inputs.All(id => graph.TypeOf(id).Shape == graph.TypeOf(node.Output).Shape),
                Mean mean => !mean.Axes.Contains(graph.TypeOf(node.Inputs[0]).Shape.Rank - 1),
                AveragePool2D { Activation: Activation.None } or MaxPool2D { Activation: Activation.None } => true,
                // Flattening keeps the channel innermost: element i belongs to channel i mod C.
                Reshape => true,
                _ => false,
            };
            foreach (var id in node.Inputs)
            {
                if (!commutes || !parent.ContainsKey(id))
                    barred.UnionWith([id, node.Output]);
                else
                    parent[Find(id)] = Find(node.Output);
            }
        }
        var stopped = barred.Where(parent.ContainsKey).Select(Find).ToHashSet();
        return [.. parent.Keys.Order().GroupBy(Find).Where(g => !stopped.Contains(g.Key)).Select(g => (
            Values: g.Where(id => graph.Nodes.Any(n => n.Inputs.Contains(id) && LinearLayer.TryMake(graph, n) is not null)).ToArray(),
            Producers: graph.Nodes.Where(n => g.Contains(n.Output)).Select(n => LinearLayer.TryMake(graph, n)).OfType<LinearLayer>().ToArray(),
            Readers: graph.Nodes.Where(n => g.Contains(n.Inputs[0])).Select(n => LinearLayer.TryMake(graph, n)).OfType<LinearLayer>().ToArray()))
            .Where(g => g.Producers.Length > 0 && g.Readers.Length > 0)];
    }

    private static double[] Factors(double[][] squares, double strength)
    {
        // Values of a group (a sum and its operands) may differ in size; every one of them has a say in proportion.
        var channels = squares.Min(s => s.Length);
        var factors = new double[channels];
        foreach (var square in squares)
        {
            var perChannel = new double[channels];
            for (var i = 0; i < square.Length; i++)
                perChannel[i % channels] += square[i];
            var positive = perChannel.Where(s => s > 0).ToArray();
            var mean = positive.Length == 0 ? 1 : Math.Exp(positive.Average(Math.Log));
            for (var c = 0; c < channels; c++)
                factors[c] += perChannel[c] > 0 ? 0.5 * Math.Log(perChannel[c] / mean) / squares.Length : 0;
        }
        return [.. factors.Select(f => Math.Clamp(Math.Exp(strength * f), 1 / LargestFactor, LargestFactor))];
    }

    private static Dictionary<int, double[]> MeanSquares(Graph graph, int[] ids, DataSource data, CancellationToken cancellation)
    {
        var lanes = Enumerable.Range(0, SampleLoop.Lanes).Select(_ => ids.ToDictionary(id => id, id => new double[graph.TypeOf(id).Shape[-1]])).ToArray();
        if (ids.Length == 0)
            return [];
        SampleLoop.Run([new GraphEvaluator(graph, ids)], data, (lane, _, sessions) =>
        {
            foreach (var (id, sums) in lanes[lane])
            {
                var values = sessions[0].Floats(id);
                for (var i = 0; i < values.Length; i++)
                    sums[i % sums.Length] += (double)values[i] * values[i];
            }
        }, cancellation);
        foreach (var (id, sums) in lanes[0])
        {
            for (var c = 0; c < sums.Length; c++)
                sums[c] = lanes.Sum(l => l[id][c]);
        }
        return lanes[0];
    }
}
