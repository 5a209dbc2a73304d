using System.Collections.Immutable;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Quantize.Accumulators;
using Brim.Quantize.Data;
using Brim.Quantize.Evaluation;
using Brim.Quantize.Networks;
using Brim.Quantize.Search;
using Brim.Quantize.Weights;

namespace Brim.Quantize.Tests;

public class WidthSearchTests
{
    private static readonly WidthSearchOptions Narrow = new() { LeastWeightBits = 2, MostWeightBits = 4, LeastActivationBits = 3, MostActivationBits = 5, Method = "rtn", ProbeSamples = 12 };

    [Fact]
    public void Sensitivities_EqualTheDivergenceOfRoundingOnePlaceByHand()
    {
        var (graph, data) = SmallNetworks.Residual(61);
        var units = Measure(graph, data, Narrow, new QuantizerOptions { BiasCorrection = false, WeightScales = WeightScaleRule.MaxAbs });
        Assert.Equal(["stem", "depthwise", "branch", "strided", "dense"], units.SelectMany(u => u.Layers).Select(l => l.Name));
        Assert.Equal([2L * 9 * 6 * 81, 9 * 6 * 81, 6 * 6 * 81, 6 * 9 * 9 * 16, 9 * 4], units.SelectMany(u => u.Layers).Select(l => l.Macs));

        // Activations: the value that the depthwise layer reads, at 4 bits, nothing else rounded.
        var prepared = FloatGraphPreparation.Prepare(graph);
        var samples = data.Take(12, 1);
        var full = Quantize(graph, data, new LayerWidths(8, 4, "rtn"));
        var input = prepared.Nodes.Single(n => n.Name == "depthwise").Inputs[0];
        var quantizers = ImmutableDictionary<int, FakeQuantizer>.Empty.Add(input, full.Activations[input]);
        Assert.Equal(4, quantizers[input].Element.Bits);
        Assert.Equal(Divergence(prepared, prepared, quantizers, samples), units[1].ActivationErrors[4], 7);

        // Weights: the classifier's at 3 bits, each channel's largest magnitude the code 3.
        var dense = prepared[prepared.Nodes.Single(n => n.Name == "dense").Inputs[1]];
        var rounded = dense.Constant!.Floats.Chunk(9).SelectMany(row => row.Select(w => MathF.Round(w / (row.Max(MathF.Abs) / 3)) * (row.Max(MathF.Abs) / 3))).ToArray();
        var student = prepared with { Values = prepared.Values.SetItem(dense.Id, dense with { Constant = Tensor.FromFloats(dense.Type, rounded) }) };
        var candidate = units[^1].Candidates[0].Single(c => c.Option == new WidthOption(3, 5));
        Assert.Equal(Divergence(prepared, student, ImmutableDictionary<int, FakeQuantizer>.Empty, samples), candidate.WeightError, 7);
    }

    [Fact]
    public void BestAssignments_BeatEveryOther_OfEqualCost()
    {
        var (graph, data) = SmallNetworks.Residual(62);
        var units = Measure(graph, data, Narrow);
        var cost = new FlashCost();
        var search = new WidthSearch(units, cost);
        var layers = units.SelectMany(u => u.Layers).ToArray();

        // Brute force over widths of weights alone: activations cost no flash, so the widest are best.
        var options = units.SelectMany(u => u.Candidates.Select(c => c.Where(o => o.Option.ActivationBits == u.ActivationErrors.MinBy(e => e.Value).Key).ToArray())).ToArray();
        var activations = units.Sum(u => u.ActivationErrors.Values.Min());
        foreach (var share in new[] { 0.0, 0.2, 0.5, 0.9, 1.0 })
        {
            var budget = search.LeastCost + (share * (search.MostCost - search.LeastCost));
            var best = double.PositiveInfinity;
            for (var code = 0; code < Math.Pow(3, layers.Length); code++)
            {
                var picked = options.Select((o, i) => o[code / (int)Math.Pow(3, i) % 3]).ToArray();
                if (picked.Select((p, i) => cost.Of(layers[i], p.Option)).Sum() <= budget + 1e-6)
                    best = Math.Min(best, activations + picked.Sum(p => p.WeightError));
            }
            var found = search.Best(budget)!;
            Assert.Equal(best, found.PredictedError, 9);
            Assert.True(found.Cost <= budget + 1e-6);
            Assert.Equal(found.Cost, layers.Sum(l => cost.Of(l, new(found.Widths[l.Name].WeightBits, found.Widths[l.Name].ActivationBits))), 6);
        }
        Assert.Null(search.Best(search.LeastCost - 1));
        var front = search.Front(6);
        Assert.Equal(front.OrderBy(p => p.Cost), front);
        Assert.Equal(front.OrderByDescending(p => p.PredictedError), front);
    }

    [Fact]
    public void WithAnAccumulator_EveryCandidateFits_AndSoDoesTheNetwork()
    {
        var (graph, data) = SmallNetworks.Residual(63);
        const int Limit = 11;
        var units = Measure(graph, data, Narrow with { Method = "optq", MostWeightBits = 8, MostActivationBits = 8, AccumulatorBits = Limit });
        Assert.All(units.SelectMany(u => u.Candidates).SelectMany(c => c), c => Assert.InRange(c.AccumulatorBits, 1, Limit));
        var point = new WidthSearch(units, new FlashCost()).Best(double.PositiveInfinity)!;
        var network = Quantize(graph, data, point.Widths);
        foreach (var (id, layer) in network.Layers)
        {
            var x = network.Activations[network.Graph.Nodes.Single(n => n.Output == id).Inputs[0]];
            var factors = new IntegerRange(x.Element.MinCode - x.Quant.ZeroPoint, x.Element.MaxCode - x.Quant.ZeroPoint);
            Assert.All(Enumerable.Range(0, layer.Codes.Rows), r => Assert.True(AccumulatorBounds.ExactBits(layer.Codes.Row(r), factors) <= Limit));
        }
    }

    private static ImmutableArray<SearchUnit> Measure(Graph graph, DataSource data, WidthSearchOptions options, QuantizerOptions? quantizer = null)
    {
        var diagnostics = new DiagnosticBag();
        var units = WidthSensitivities.Measure(graph, data, quantizer ?? new QuantizerOptions(), options, diagnostics);
        Assert.Empty(diagnostics.Items);
        return units!.Value;
    }

    private static QuantizedNetwork Quantize(Graph graph, DataSource data, LayerWidths widths) =>
        Quantize(graph, data, new WidthAssignment(widths, ImmutableSortedDictionary<string, LayerWidths>.Empty));

    private static QuantizedNetwork Quantize(Graph graph, DataSource data, WidthAssignment widths)
    {
        var diagnostics = new DiagnosticBag();
        var network = GraphQuantizer.Quantize(graph, widths, data, new QuantizerOptions(), diagnostics);
        Assert.Empty(diagnostics.Items);
        return network!;
    }

    /// <summary>Mean Kullback-Leibler divergence of the probabilities that the softmax of the graph gives.</summary>
    private static double Divergence(Graph teacher, Graph student, ImmutableDictionary<int, FakeQuantizer> quantizers, DataSource data)
    {
        var (wanted, got) = (new GraphEvaluator(teacher).NewSession(), new GraphEvaluator(student, null, quantizers).NewSession());
        var sample = new float[data.SampleShape.ElementCount];
        double sum = 0;
        for (var i = 0; i < data.Count; i++)
        {
            data.Read(i, sample);
            wanted.Run(sample);
            got.Run(sample);
            sum += wanted.Floats(teacher.Outputs[0]).Zip(got.Floats(student.Outputs[0]), (p, q) => p * Math.Log((double)p / q)).Sum();
        }
        return sum / data.Count;
    }
}
