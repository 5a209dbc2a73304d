using System.Collections.Immutable;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Quantize.Data;
using Brim.Quantize.Evaluation;
using Brim.Quantize.LinearAlgebra;
using Brim.Quantize.Networks;
using Brim.Quantize.PowerOfTwo;

namespace Brim.Quantize.Tests;

public class DeBruinTests
{
    [Fact]
    public void WorkedExample()
    {
        // max|x| = 3.5 -> IL_data = 2 (unsigned); max|w| = 0.7 -> IL_w = 0 + sign = 1;
        // R = 3.5 * (0.7 + 0.5) + 0.1 = 4.3 -> IL_acc = 2 + 2 = 4; P = 12 -> FL_data + FL_weights = 8.
        var layer = new DeBruinLayer(new Matrix(1, 2, [0.7, -0.5]), [0.1], 0, 3.5);
        Assert.Equal(4.3, layer.LargestSum(RangeEvidence.Analytic), 9);
        Assert.Equal(3.5 * 0.7 + 0.1, layer.LargestSum(RangeEvidence.AnalyticTwoSided), 9);
        var candidates = layer.Candidates(12, 4.3);
        Assert.All(candidates, c => Assert.Equal(8, c.Data.FractionBits + c.Weights.FractionBits));
        Assert.Equal([8, 7, 6, 5, 4, 3], candidates.Select(c => c.Data.Bits));
        Assert.Equal([3, 4, 5, 6, 7, 8], candidates.Select(c => c.Weights.Bits));
    }

    [Fact]
    public void RoundedCandidates_NeverOverflow_AndUseTheAccumulator()
    {
        var random = new Random(15);
        var used = 0.0;
        var count = 0;
        for (var trial = 0; trial < 200; trial++)
        {
            var w = RandomLayers.Gaussian(random, 3, random.Next(2, 30), 0.3);
            var signed = trial % 3 == 0;
            var layer = new DeBruinLayer(w, [0.3, -0.2, 0.05], signed ? -2.2 : 0, 3.1);
            var p = random.Next(10, 17);
            foreach (var candidate in layer.Candidates(p, layer.LargestSum(RangeEvidence.AnalyticTwoSided)))
            {
                if (layer.RoundSafely(candidate.Weights, candidate.DataRange, candidate.Data.Scale, p) is not { } safe)
                    continue;
                long widest = 0;
                for (var r = 0; r < 3; r++)
                {
                    long high = (long)Math.Round(layer.Bias[r] / (safe.Format.Scale * candidate.Data.Scale)), low = high;
                    var (mu, nu) = signed ? (-(1L << (candidate.Data.Bits - 1)), (1L << (candidate.Data.Bits - 1)) - 1) : (0, (1L << candidate.Data.Bits) - 1);
                    foreach (var q in safe.Codes.Row(r))
                    {
                        high += Math.Max(q * mu, q * nu);
                        low += Math.Min(q * mu, q * nu);
                    }
                    Assert.True(high <= (1L << (p - 1)) - 1 && low >= -(1L << (p - 1)));
                    widest = Math.Max(widest, Math.Max(high, -low));
                }
                used += widest / (double)(1L << (p - 1));
                count++;
            }
        }
        Assert.True(count > 100);
        Assert.InRange(used / count, 0.35, 1.0); // power-of-two steps: between a quarter and all of it
    }

    [Fact]
    public void PowersOfTwo_GetABitOfTheirOwnInTheAccumulator()
    {
        Assert.Equal(0, FixedPointFormat.IntegerBitsFor(1, false));
        Assert.Equal(1, FixedPointFormat.IntegerBitsFor(1.01, false));
        Assert.Equal(2, FixedPointFormat.AccumulatorIntegerBits(1));
        Assert.Equal(1, FixedPointFormat.AccumulatorIntegerBits(0.99));
    }

    [Fact]
    public void Candidates_AreAllPairsThatFillTheAccumulator_ByBruteForce()
    {
        var random = new Random(16);
        var (some, none) = (0, 0);
        for (var trial = 0; trial < 300; trial++)
        {
            var w = RandomLayers.Gaussian(random, 2, random.Next(1, 40), Math.Pow(2, random.Next(-4, 3)));
            var layer = new DeBruinLayer(w, [0.1, -0.4], trial % 2 == 0 ? 0 : -1.7 * random.NextDouble(), 0.1 + (5 * random.NextDouble()));
            var r = layer.LargestSum(RangeEvidence.Analytic);
            var p = random.Next(3, 22);
            var expected = new List<(int, int)>();
            for (var data = 8; data >= 2; data--)
            {
                for (var weights = 2; weights <= 8; weights++)
                {
                    // Steps of the finest power of two whose codes reach the largest magnitude.
                    var (dx, dw) = (Step(Math.Max(-layer.DataMin, layer.DataMax), layer.DataMin < 0 ? data - 1 : data), Step(w.Elements.Max(Math.Abs), weights - 1));
                    var (sum, full) = (r / (dx * dw), Math.Pow(2, p - 1));
                    if (sum < full && (sum * 2 >= full || (data == 8 && weights == 8)))
                        expected.Add((data, weights));
                }
            }
            Assert.Equal(expected, layer.Candidates(p, r).Select(c => (c.Data.Bits, c.Weights.Bits)));
            (some, none) = (some + Math.Sign(expected.Count), none + 1 - Math.Sign(expected.Count));
        }
        Assert.True(some > 50 && none > 10, $"{some} with candidates, {none} without");

        static double Step(double magnitude, int bits)
        {
            var step = Math.Pow(2, -40);
            while (step * Math.Pow(2, bits) < magnitude)
                step *= 2;
            return step;
        }
    }

    [Theory]
    [InlineData(RangeEvidence.AnalyticTwoSided, 14)]
    [InlineData(RangeEvidence.Analytic, 15)]
    public void Search_DecidesLayerByLayer_AndItsWidthsKeepTheProofAfterQuantization(RangeEvidence range, int accumulator)
    {
        var (graph, data) = SmallNetworks.Residual(61);
        var diagnostics = new DiagnosticBag();
        var kept = ImmutableSortedDictionary<string, LayerWidths>.Empty.Add("stem", new LayerWidths(8, 8));
        var result = DeBruinSearch.Run(graph, kept, new(accumulator, range), data, e => -Error(graph, e, data), new QuantizerOptions(), diagnostics);
        Assert.Empty(diagnostics.Items);
        Assert.Equal(["branch", "dense", "depthwise", "stem", "strided"], result!.Widths.Layers.Keys);
        Assert.Equal(kept["stem"], result.Widths["stem"]);
        foreach (var steps in result.Steps.GroupBy(s => s.Layer))
        {
            var best = steps.MaxBy(s => s.Score)!;
            Assert.Equal(new LayerWidths(best.Weights.Bits, best.Data.Bits, "debruin", accumulator, Range: range), result.Widths[steps.Key]);
            Assert.True(steps.Count() > 1 || steps.Key == "dense", $"{steps.Key} had no choice");
        }

        var network = GraphQuantizer.Quantize(graph, result.Widths, data, new QuantizerOptions(), diagnostics)!;
        Assert.Empty(diagnostics.Items);
        foreach (var node in network.Graph.Nodes.Where(n => network.Layers.ContainsKey(n.Output) && n.Name != "stem"))
        {
            var (x, layer) = (network.Activations[node.Inputs[0]], network.Layers[node.Output]);
            var (min, max) = (x.Element.MinCode, x.Element.MaxCode);
            for (var r = 0; r < layer.Codes.Rows; r++)
            {
                var low = (long)Math.Round(layer.Bias[r] / layer.Grid.Scales[r] / x.Quant.Scale);
                var high = low;
                foreach (var q in layer.Codes.Row(r))
                    (low, high) = (low + Math.Min(q * min, q * max), high + Math.Max(q * min, q * max));
                Assert.True(low >= -(1L << (accumulator - 1)) && high < 1L << (accumulator - 1), $"{node.Name}: [{low}, {high}]");
            }
        }
    }

    [Fact]
    public void ObservedRanges_LeaveMoreBits_AndSayThatTheyProveNothing()
    {
        var (graph, data) = SmallNetworks.Residual(62);
        var empty = ImmutableSortedDictionary<string, LayerWidths>.Empty;
        int Bits(RangeEvidence range, out WidthAssignment widths)
        {
            var result = DeBruinSearch.Run(graph, empty, new(13, range), data, e => -Error(graph, e, data), new QuantizerOptions(), new DiagnosticBag())!;
            widths = result.Widths;
            return widths.Layers.Values.Sum(w => w.WeightBits + w.ActivationBits);
        }
        var analytic = Bits(RangeEvidence.Analytic, out _);
        Assert.True(Bits(RangeEvidence.Observed, out var observed) > analytic + 5);
        Assert.Contains("observed, no guarantee", observed["dense"].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void AnAccumulatorWithoutAnyPair_IsReported()
    {
        var (graph, data) = SmallNetworks.Residual(63);
        var diagnostics = new DiagnosticBag();
        Assert.Null(DeBruinSearch.Run(graph, ImmutableSortedDictionary<string, LayerWidths>.Empty, new(5), data, _ => 0, new QuantizerOptions(), diagnostics));
        Assert.Contains(diagnostics.Items, d => d.Descriptor == QuantizationDiagnostics.AccumulatorTooNarrow);
    }

    private static double Error(Graph graph, GraphEvaluator evaluator, DataSource data)
    {
        var (wanted, got) = (new GraphEvaluator(graph).NewSession(), evaluator.NewSession());
        var sample = new float[data.SampleShape.ElementCount];
        double error = 0;
        for (var i = 0; i < 16; i++)
        {
            data.Read(i, sample);
            wanted.Run(sample);
            got.Run(sample);
            error += wanted.Floats(graph.Outputs[0]).Zip(got.Floats(evaluator.Graph.Outputs[0]), (a, b) => Math.Pow(a - b, 2)).Sum();
        }
        return error;
    }
}
