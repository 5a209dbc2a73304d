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
    /// <param name="network">A quantized network that <see cref="Supports"/> accepts; layers that are not quantized yet keep their weights.</param>
    /// <param name="data">Calibration samples; labels are not read.</param>
    /// <param name="options">Settings.</param>
    /// <param name="progress">Receives the mean loss after each epoch.</param>
    /// <param name="teacher">The float network to match; null for the network's own graph. Value ids must be the same.</param>
    /// <param name="widths">Accumulators that the layers were quantized for and keep to; null if they have none.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <exception cref="OperationCanceledException">On cancellation.</exception>
    public static QuantizedNetwork Run(
        QuantizedNetwork network, DataSource data, TrainingOptions options, IProgress<double>? progress = null, Graph? teacher = null, WidthAssignment? widths = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        var graph = network.Graph;
        var names = LayerNames.Of(graph);
        var layers = graph.Nodes.Where(n => network.Layers.ContainsKey(n.Output)).ToDictionary(n => n.Output, n => new TrainableLayer(graph, n, network.Layers[n.Output],
            bound: widths is null ? null : LayerBound.Of(widths[names[n.Output]], network.Activations[n.Inputs[0]])));
        var scales = Train(network, teacher ?? graph, layers, data, options, HasShifts(graph, widths), progress, cancellation);
        return WithScales(network, scales) with { Layers = layers.ToImmutableSortedDictionary(p => p.Key, p => p.Value.ToQuantization()) };
    }

    /// <summary>
    /// Trains the real weights of a network whose activations are rounded, so that it gets used to them; its weights are rounded afterwards
    /// (<see cref="GraphQuantizer.RoundLayers"/>). Nothing oscillates between codes here, so the steps can be larger.
    /// </summary>
    /// <param name="network">A network with activation types; its quantized layers give the units of weights only.</param>
    /// <param name="data">Calibration samples; labels are not read.</param>
    /// <param name="options">Settings.</param>
    /// <param name="progress">Receives the mean loss after each epoch.</param>
    /// <param name="widths">How the layers will be quantized: scales that must be powers of two stay so; null if none.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <returns>A network with new real weights and scales and without quantized layers.</returns>
    /// <exception cref="OperationCanceledException">On cancellation.</exception>
    public static QuantizedNetwork Adapt(
        QuantizedNetwork network, DataSource data, TrainingOptions options, IProgress<double>? progress = null, WidthAssignment? widths = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        var graph = network.Graph;
        // Float biases: those of the quantized layers make up for rounded weights.
        var layers = graph.Nodes.Where(n => network.Layers.ContainsKey(n.Output)).ToDictionary(n => n.Output,
            n => new TrainableLayer(graph, n, network.Layers[n.Output] with { Bias = [.. FloatWeights.Bias(graph, LinearLayer.TryMake(graph, n)!)] }, rounds: false));
        var scales = Train(network, graph, layers, data, options, HasShifts(graph, widths), progress, cancellation);
        var values = graph.Values.ToBuilder();
        foreach (var layer in layers.Values)
        {
            var weights = new LinearAlgebra.Matrix(layer.Linear.Outputs, layer.Columns, [.. layer.Real.Select(v => (double)v)]);
            Set(layer.Linear.W, FloatWeights.FromMatrix(layer.Linear, weights));
            var bias = new float[layer.Linear.Outputs];
            for (var r = 0; r < bias.Length; r++)
                bias[r] = (float)layer.Bias[r];
            Set(layer.Linear.Bias, bias);
        }
        return WithScales(network, scales) with
        {
            Graph = graph with { Values = values.ToImmutable() },
            Layers = ImmutableSortedDictionary<int, LayerQuantization>.Empty,
        };

        void Set(int id, float[] floats) => values[id] = values[id] with { Constant = Tensor.FromFloats(values[id].Type, floats) };
    }

    private static bool HasShifts(Graph graph, WidthAssignment? widths) =>
        widths is not null && LayerNames.Of(graph).Values.Any(name => widths[name].Method == RoundingMethods.DeBruin);

    private static Dictionary<int, ActivationScale> Train(
        QuantizedNetwork network, Graph teacher, Dictionary<int, TrainableLayer> layers, DataSource data, TrainingOptions options, bool keepsPowersOfTwo, IProgress<double>? progress,
        CancellationToken cancellation)
    {
        var graph = network.Graph;
        // A reshape's result has its operand's type; rounding it again would change nothing.
        var scales = graph.Inputs.Concat(graph.Nodes.Where(n => n.Op is not (Reshape or Softmax)).Select(n => n.Output))
            .ToDictionary(id => id, id => new ActivationScale(network.Activations[id], isFixed: keepsPowersOfTwo && double.IsPow2(network.Activations[id].Quant.Scale)));
        var loss = new MatchingLoss(teacher, options.BlockWeight, data);
        var lanes = Enumerable.Range(0, SampleLoop.Lanes).Select(_ => new TrainingLane(graph, layers, scales)).ToArray();
        var teachers = lanes.Select(_ => new GraphEvaluator(teacher, loss.Matched).NewSession()).ToArray();
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
                cancellation.ThrowIfCancellationRequested();
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
        return scales;
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

    private static QuantizedNetwork WithScales(QuantizedNetwork network, Dictionary<int, ActivationScale> scales)
    {
        var activations = network.Activations;
        foreach (var (id, scale) in scales)
            activations = activations.SetItem(id, scale.ToQuantizer());
        foreach (var node in network.Graph.Nodes.Where(n => n.Op is Reshape))
            activations = activations.SetItem(node.Output, activations[node.Inputs[0]]);
        return network with { Activations = activations };
    }

    private static void AddTo(double[] target, double[] source)
    {
        for (var i = 0; i < target.Length; i++)
            target[i] += source[i];
    }
}
