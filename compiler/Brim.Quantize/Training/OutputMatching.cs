using System.Collections.Immutable;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Quantize.Data;
using Brim.Quantize.Evaluation;
using Brim.Quantize.Networks;

namespace Brim.Quantize.Training;

/// <summary>
/// A few passes of gradient descent that move the weights, scales and biases of a quantized network until its block outputs and its final
/// output match the float network's, without labels: block reconstruction (BRECQ, arXiv 2102.05426) of all blocks at once with
/// learned step sizes. Deterministic on any number of cores.
/// </summary>
public static class OutputMatching
{
    /// <summary>True if the network is made of operators with a backward pass: layers, sums, whole-image means, reshapes, a final softmax.</summary>
    public static bool Supports(QuantizedNetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return TrainingLane.Supports(network.Graph);
    }

    /// <summary>Trains a network.</summary>
    /// <param name="network">A completely quantized network that <see cref="Supports"/> accepts.</param>
    /// <param name="data">Calibration samples; labels are not read.</param>
    /// <param name="options">Settings.</param>
    /// <param name="progress">Receives the mean loss after each epoch.</param>
    public static QuantizedNetwork Run(QuantizedNetwork network, DataSource data, TrainingOptions options, IProgress<double>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        var graph = network.Graph;
        var layers = graph.Nodes.Where(n => network.Layers.ContainsKey(n.Output)).ToDictionary(n => n.Output, n => new TrainableLayer(graph, n, network.Layers[n.Output]));
        // A reshape's result has its operand's type; rounding it again would change nothing.
        var scales = graph.Inputs.Concat(graph.Nodes.Where(n => n.Op is not (Reshape or Softmax)).Select(n => n.Output))
            .ToDictionary(id => id, id => new ActivationScale(network.Activations[id]));
        var loss = new MatchingLoss(graph, options.BlockWeight, data);
        var lanes = Enumerable.Range(0, SampleLoop.Lanes).Select(_ => new TrainingLane(graph, layers, scales)).ToArray();
        var teachers = lanes.Select(_ => new GraphEvaluator(graph, loss.Matched).NewSession()).ToArray();
        var samples = lanes.Select(_ => new float[data.SampleShape.ElementCount]).ToArray();
        var sources = lanes.Select(_ => new SampleAugmentation(data, graph.TypeOf(graph.Inputs[0]).Shape, options)).ToArray();
        var random = new Random(options.Seed);
        var order = Enumerable.Range(0, data.Count).ToArray();
        var (step, steps) = (0, options.Epochs * ((data.Count + options.BatchSize - 1) / options.BatchSize));
        for (var epoch = 0; epoch < options.Epochs; epoch++)
        {
            random.Shuffle(order);
            double total = 0;
            foreach (var batch in order.Chunk(options.BatchSize))
            {
                var losses = new double[lanes.Length];
                var factor = 0.5 * (1 + Math.Cos(Math.PI * step++ / steps));
                Parallel.For(0, lanes.Length, lane =>
                {
                    lanes[lane].Clear();
                    for (var i = lane; i < batch.Length; i += lanes.Length)
                    {
                        sources[lane].Read(batch[i], epoch, samples[lane]);
                        teachers[lane].Run(samples[lane]);
                        lanes[lane].Forward(samples[lane], options.DropFraction * factor, unchecked((((epoch * 31) + options.Seed) * 486187739) + batch[i]));
                        losses[lane] += loss.Apply(teachers[lane], lanes[lane]);
                        lanes[lane].Backward();
                    }
                });
                total += losses.Sum();
                Step(graph, lanes, layers, scales, options, factor);
            }
            progress?.Report(total / data.Count);
        }
        return Result(network, layers, scales);
    }

    private static void Step(Graph graph, TrainingLane[] lanes, Dictionary<int, TrainableLayer> layers, Dictionary<int, ActivationScale> scales, TrainingOptions options, double factor)
    {
        Parallel.ForEach(layers, entry =>
        {
            var (weights, bias) = (lanes[0].Passes[entry.Key].WeightGradient, lanes[0].Passes[entry.Key].BiasGradient);
            foreach (var lane in lanes.Skip(1))
            {
                AddTo(weights, lane.Passes[entry.Key].WeightGradient);
                AddTo(bias, lane.Passes[entry.Key].BiasGradient);
            }
            entry.Value.Step(weights, bias, options, factor, scales[entry.Key].Scale);
        });
        foreach (var (id, scale) in scales)
        {
            if (!graph.Inputs.Contains(id))
                scale.Step(lanes.Sum(l => l.ScaleGradients[id]), options.ActivationScaleRate * factor);
        }
    }

    private static QuantizedNetwork Result(QuantizedNetwork network, Dictionary<int, TrainableLayer> layers, Dictionary<int, ActivationScale> scales)
    {
        var activations = network.Activations;
        foreach (var (id, scale) in scales)
            activations = activations.SetItem(id, scale.ToQuantizer());
        foreach (var node in network.Graph.Nodes.Where(n => n.Op is Reshape))
            activations = activations.SetItem(node.Output, activations[node.Inputs[0]]);
        return network with { Activations = activations, Layers = layers.ToImmutableSortedDictionary(p => p.Key, p => p.Value.ToQuantization()) };
    }

    private static void AddTo(double[] target, double[] source)
    {
        for (var i = 0; i < target.Length; i++)
            target[i] += source[i];
    }
}
