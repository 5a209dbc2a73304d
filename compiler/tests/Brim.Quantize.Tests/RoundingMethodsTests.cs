using Brim.Core.Diagnostics;
using Brim.Quantize.Accumulators;
using Brim.Quantize.Evaluation;
using Brim.Quantize.LinearAlgebra;
using Brim.Quantize.Networks;
using Brim.Quantize.Weights;

namespace Brim.Quantize.Tests;

public class RoundingMethodsTests
{
    [Theory]
    [InlineData("ep")]
    [InlineData("ep+")]
    public void Projection_IsSafeForEveryZeroPoint(string name)
    {
        var random = new Random(71);
        var closest = 0.0;
        for (var trial = 0; trial < 200; trial++)
        {
            var bits = random.Next(2, 9);
            var min = -random.Next(0, 1 << bits);
            var range = new IntegerRange(min, min + (1 << bits) - 1);
            var p = bits + random.Next(4, 8);
            var w = RandomLayers.Gaussian(random, 2, random.Next(4, 40));
            var codes = RoundingMethods.Create(new LayerWidths(6, bits, name, p), range, 1).Round(new WeightProblem(w, WeightGrids.MaxAbs(w, 6), new Matrix(w.Columns, w.Columns)));
            for (var r = 0; r < 2; r++)
            {
                long low = 0, high = 0;
                foreach (var q in codes.Row(r))
                    (low, high) = (low + Math.Min(q * range.Min, q * range.Max), high + Math.Max(q * range.Min, q * range.Max));
                Assert.True(low >= -(1L << (p - 1)) && high < 1L << (p - 1), $"{range}, {p} bits: [{low}, {high}]");
                closest = Math.Max(closest, Math.Max(-low, high) / Math.ScaleB(1, p - 1));
            }
        }
        Assert.True(closest > 0.8, $"{closest} of the accumulator is used at most");
    }

    [Fact]
    public void DeBruinsProof_CountsTheBias_ToTheLastUnit()
    {
        var (graph, data) = SmallNetworks.Residual(72);
        var widths = new WidthAssignment(new LayerWidths(6, 6, "debruin"), WidthAssignment.Uniform(graph, new(8, 8)).Layers.Clear());
        var network = GraphQuantizer.Quantize(graph, widths, data, new QuantizerOptions(), new DiagnosticBag())!;
        var node = network.Graph.Nodes.Single(n => n.Name == "strided");
        var (layer, quantized, x) = (LinearLayer.TryMake(network.Graph, node)!, network.Layers[node.Output], network.Activations[node.Inputs[0]]);
        // One channel alone, with the bias that puts its largest sum on the largest number of 16 bits.
        var row = quantized.Codes.Row(0).ToArray();
        var unit = x.Quant.Scale * quantized.Grid.Scales[0];
        var largest = row.Sum(q => Math.Max(q * x.Element.MinCode, q * x.Element.MaxCode));
        var single = quantized with { Codes = new WeightCodes(1, row.Length, row), Grid = quantized.Grid.WithScales([quantized.Grid.Scales[0]]) };
        Assert.True(GraphQuantizer.FitsAccumulator(network, layer, single with { Bias = [unit * (32767 - largest)] }, 16));
        Assert.False(GraphQuantizer.FitsAccumulator(network, layer, single with { Bias = [unit * (32768 - largest)] }, 16));
    }

    [Fact]
    public void EveryMethodIsDescribed_AndNamedOnce()
    {
        Assert.Equal(RoundingMethods.Names.Length, RoundingMethods.Names.Distinct().Count());
        Assert.All(RoundingMethods.All, m => Assert.NotEmpty(m.Summary));
        Assert.Contains(RoundingMethods.Default, RoundingMethods.Names);
    }
}
