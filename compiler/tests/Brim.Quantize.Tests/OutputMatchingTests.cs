using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Quantize.Evaluation;
using Brim.Quantize.Networks;
using Brim.Quantize.PowerOfTwo;
using Brim.Quantize.Training;

namespace Brim.Quantize.Tests;

public class OutputMatchingTests
{
    // What is measured is what is trained: nothing but the divergence, on the samples as they are.
    private static readonly TrainingOptions Options = new() { Epochs = 30, BatchSize = 8, WeightRate = 0.02, BlockWeight = 0, MixFraction = 0, DropFraction = 0 };

    [Fact]
    public void Training_BringsTheOutputCloserToTheFloatNetworks()
    {
        var (graph, data) = SmallNetworks.Residual(31);
        var options = new QuantizerOptions { Seed = 3 };
        var network = Quantize(graph, data, options);
        Assert.True(OutputMatching.Supports(network));
        var losses = new List<double>();
        var trained = OutputMatching.Run(network, data, Options, new Recorder(losses));
        Assert.Equal(30, losses.Count);
        var (before, after) = (Divergence(network, data), Divergence(trained, data));
        Assert.True(after < 0.7 * before, $"{before} became {after}; losses {losses[0]} .. {losses[^1]}");

        // The same bits on a second run, and still a valid integer network with codes on their grids.
        var again = OutputMatching.Run(network, data, Options);
        foreach (var (id, layer) in trained.Layers)
        {
            Assert.Equal(layer.Codes.Elements, again.Layers[id].Codes.Elements);
            Assert.All(layer.Codes.Elements, q => Assert.InRange(q, -layer.Grid.Limit, layer.Grid.Limit));
        }
        var diagnostics = new DiagnosticBag();
        Assert.True(GraphVerifier.Verify(IntegerGraphBuilder.Build(trained, Requantization.Single), diagnostics), string.Join('\n', diagnostics.Items));
    }

    [Theory]
    [InlineData("optq", 9, null)]
    [InlineData("rtn", 8, 7)]
    [InlineData("ep", 9, null)]
    [InlineData("debruin", 9, null)]
    public void Training_KeepsEveryAccumulator(string method, int accumulator, int? tile)
    {
        var (graph, data) = SmallNetworks.Residual(35);
        var diagnostics = new DiagnosticBag();
        var widths = new WidthAssignment(new LayerWidths(4, 3, method, accumulator, tile), WidthAssignment.Uniform(graph, new(8, 8)).Layers.Clear());
        var network = GraphQuantizer.Quantize(graph, widths, data, new QuantizerOptions(), diagnostics)!;
        Assert.Empty(diagnostics.Items);
        var trained = OutputMatching.Run(network, data, Options with { Epochs = 20 }, widths: widths);
        Assert.True(Divergence(trained, data) < Divergence(network, data), $"{Divergence(network, data)} became {Divergence(trained, data)}");
        var (moved, full) = (0, 0.0);
        foreach (var (id, layer) in trained.Layers)
        {
            var x = trained.Activations[trained.Graph.Nodes.Single(n => n.Output == id).Inputs[0]];
            var (min, max) = (x.Element.MinCode - x.Quant.ZeroPoint, x.Element.MaxCode - x.Quant.ZeroPoint);
            for (var r = 0; r < layer.Codes.Rows; r++)
            {
                foreach (var codes in layer.Codes.Row(r).ToArray().Chunk(tile ?? int.MaxValue))
                {
                    var bias = method == "debruin" ? (long)Math.Round(layer.Bias[r] / layer.Grid.Scales[r] / x.Quant.Scale) : 0;
                    var low = bias + codes.Sum(q => Math.Min(q * min, q * max));
                    var high = bias + codes.Sum(q => Math.Max(q * min, q * max));
                    Assert.True(low >= -(1L << (accumulator - 1)) && high < 1L << (accumulator - 1), $"[{low}, {high}]");
                    full = Math.Max(full, Math.Max(-low, high) / Math.ScaleB(1, accumulator - 1));
                }
            }
            moved += layer.Codes.Elements.Zip(network.Layers[id].Codes.Elements).Count(p => p.First != p.Second);
            if (method == "debruin")
                Assert.All(layer.Grid.Scales.Append(x.Quant.Scale), s => Assert.True(double.IsPow2(s)));
        }
        Assert.True(moved > 20 && full > (method == "debruin" ? 0.6 : 0.8), $"{moved} codes moved, the fullest accumulator is used to {full}");
    }

    [Theory]
    [InlineData(RangeEvidence.Analytic)]
    [InlineData(RangeEvidence.Observed)]
    public void Training_LeavesPowersOfTwoAlone(RangeEvidence range)
    {
        var (graph, data) = SmallNetworks.Residual(36);
        var diagnostics = new DiagnosticBag();
        var widths = new WidthAssignment(new LayerWidths(4, 4, "debruin", 14, Range: range), WidthAssignment.Uniform(graph, new(8, 8)).Layers.Clear());
        var network = GraphQuantizer.Quantize(graph, widths, data, new QuantizerOptions(), diagnostics)!;
        var options = Options with { Epochs = 2 };
        var adapted = OutputMatching.Adapt(network, data, options, widths: widths);
        Assert.All(adapted.Activations.Values, t => Assert.True(double.IsPow2(t.Quant.Scale)));
        var matched = OutputMatching.Run(network, data, options, widths: widths);
        Assert.All(matched.Activations.Values, t => Assert.True(double.IsPow2(t.Quant.Scale)));
        Assert.All(matched.Layers.Values.SelectMany(l => l.Grid.Scales), s => Assert.True(double.IsPow2(s)));
        Assert.Contains(OutputMatching.Run(network, data, options).Layers.Values.SelectMany(l => l.Grid.Scales), s => !double.IsPow2(s));
    }

    [Fact]
    public void Adaptation_ChangesRealWeightsOnly_AndTheyAreRoundedAfterwards()
    {
        var (graph, data) = SmallNetworks.Residual(34);
        var options = new QuantizerOptions();
        var widths = WidthAssignment.Uniform(graph, new LayerWidths(8, 2, "rtn"));
        var diagnostics = new DiagnosticBag();
        var network = GraphQuantizer.Quantize(graph, widths, data, options, diagnostics)!;
        var adapted = OutputMatching.Adapt(network, data, Options with { Epochs = 15 });
        Assert.Empty(adapted.Layers);
        Assert.True(Divergence(adapted, data, network.Graph) < 0.8 * Divergence(network, data));
        var rounded = GraphQuantizer.RoundLayers(adapted, widths, data, options, adapted: true);
        Assert.Equal(network.Layers.Keys, rounded.Layers.Keys);
        // Eight bits lose next to nothing of what was learnt.
        Assert.True(Divergence(rounded, data, network.Graph) < 1.1 * Divergence(adapted, data, network.Graph));
    }

    [Fact]
    public void Augmentation_MirrorsShiftsAndMixes_Reproducibly()
    {
        var (_, data) = SmallNetworks.Residual(33);
        Shape shape = [1, 9, 9, 2];
        var (original, seen, again) = (new float[162], new float[162], new float[162]);
        data.Read(3, original);
        var kinds = new HashSet<string>();
        for (var epoch = 0; epoch < 60; epoch++)
        {
            new SampleAugmentation(data, shape, new TrainingOptions { MirrorImages = true, ShiftPixels = 1, MixFraction = 0 }).Read(3, epoch, seen);
            // Some pixel of the middle must be found where one of the 18 transformations puts it, for all pixels at once.
            for (var mirror = 0; mirror < 2; mirror++)
            {
                for (var move = 0; move < 9; move++)
                {
                    var (down, right) = ((move / 3) - 1, (move % 3) - 1);
                    var matches = Enumerable.Range(0, 162).All(i =>
                    {
                        var (row, column) = (Math.Clamp((i / 18) - down, 0, 8), Math.Clamp((i / 2 % 9) - right, 0, 8));
                        return seen[i] == original[(row * 18) + ((mirror == 1 ? 8 - column : column) * 2) + (i % 2)];
                    });
                    if (matches)
                        kinds.Add($"{mirror} {move}");
                }
            }
        }
        Assert.True(kinds.Count > 10, $"{kinds.Count} of 18 transformations seen");

        var mixing = new TrainingOptions { MixFraction = 1 };
        new SampleAugmentation(data, shape, mixing).Read(3, 1, seen);
        new SampleAugmentation(data, shape, mixing).Read(3, 1, again);
        Assert.Equal(seen, again);
        Assert.NotEqual(original, seen);
    }

    [Fact]
    public void Gradients_EqualFiniteDifferences()
    {
        // With 8-bit weights whose scale is tiny, moving a latent weight by one unit is a small, exact step of the real weight.
        var (original, data) = SmallNetworks.Residual(32);
        var graph = FloatGraphPreparation.Prepare(original);
        var layers = graph.Nodes.Where(n => n.Op is Conv2D or DepthwiseConv2D or FullyConnected).ToArray();
        var start = layers.ToDictionary(n => n.Output, n => SmallNetworks.Fine(graph, n));
        var sample = new float[data.SampleShape.ElementCount];
        data.Read(0, sample);
        var output = graph.Nodes[^1].Inputs[0];
        foreach (var node in layers)
        {
            var lane = Lane(start);
            Forward(lane);
            lane.Backward();
            var gradient = lane.Passes[node.Output].WeightGradient;
            var bias = lane.Passes[node.Output].BiasGradient;
            var quantized = start[node.Output];
            foreach (var i in new[] { 0, gradient.Length / 2, gradient.Length - 1 })
            {
                var row = i / quantized.Codes.Columns;
                double[] values = [Moved(i, 1), Moved(i, -1)];
                var expected = (values[0] - values[1]) / (2 * quantized.Grid.Scales[row]);
                Assert.InRange(gradient[i], expected - 0.02 - (0.02 * Math.Abs(expected)), expected + 0.02 + (0.02 * Math.Abs(expected)));
            }
            for (var r = 0; r < bias.Length; r += 3)
            {
                double[] values = [MovedBias(r, 1e-3), MovedBias(r, -1e-3)];
                var expected = (values[0] - values[1]) / 2e-3;
                Assert.InRange(bias[r], expected - 0.02 - (0.02 * Math.Abs(expected)), expected + 0.02 + (0.02 * Math.Abs(expected)));
            }

            double Moved(int index, int by)
            {
                var codes = new Weights.WeightCodes(quantized.Codes.Rows, quantized.Codes.Columns, (int[])quantized.Codes.Elements.Clone());
                codes.Elements[index] += by;
                return Forward(Lane(new Dictionary<int, LayerQuantization>(start) { [node.Output] = quantized with { Codes = codes } }));
            }

            double MovedBias(int channel, double by) =>
                Forward(Lane(new Dictionary<int, LayerQuantization>(start) { [node.Output] = quantized with { Bias = quantized.Bias.SetItem(channel, quantized.Bias[channel] + by) } }));
        }

        TrainingLane Lane(Dictionary<int, LayerQuantization> quantized) =>
            new(graph, layers.ToDictionary(n => n.Output, n => new TrainableLayer(graph, n, quantized[n.Output])), new Dictionary<int, ActivationScale>());

        // Loss: a fixed linear function of the logits.
        double Forward(TrainingLane lane)
        {
            lane.Forward(sample);
            var logits = lane.Rounded(output);
            var gradient = lane.Gradient(output);
            double sum = 0;
            for (var i = 0; i < logits.Length; i++)
            {
                gradient[i] = i - 1.5f;
                sum += (i - 1.5) * logits[i];
            }
            return sum;
        }
    }

    private static QuantizedNetwork Quantize(Graph graph, Data.DataSource data, QuantizerOptions options)
    {
        var diagnostics = new DiagnosticBag();
        var network = GraphQuantizer.Quantize(graph, WidthAssignment.Uniform(graph, new LayerWidths(2, 3, "rtn")), data, options, diagnostics);
        Assert.Empty(diagnostics.Items);
        return network!;
    }

    /// <summary>Kullback-Leibler divergence of the class probabilities, summed over the data.</summary>
    private static double Divergence(QuantizedNetwork network, Data.DataSource data, Graph? teacher = null)
    {
        var output = network.Graph.Outputs[0];
        var logits = network.Graph.Nodes[^1].Inputs[0];
        var (wanted, got) = (new GraphEvaluator(teacher ?? network.Graph, [output]).NewSession(), network.Simulate([logits]).NewSession());
        var sample = new float[data.SampleShape.ElementCount];
        double sum = 0;
        for (var i = 0; i < data.Count; i++)
        {
            data.Read(i, sample);
            wanted.Run(sample);
            got.Run(sample);
            var exponentials = got.Floats(logits).Select(v => Math.Exp(v)).ToArray();
            sum += wanted.Floats(output).Zip(exponentials, (p, e) => p * Math.Log(p / (e / exponentials.Sum()))).Sum();
        }
        return sum;
    }

    private sealed class Recorder(List<double> losses) : IProgress<double>
    {
        public void Report(double value) => losses.Add(value);
    }
}
