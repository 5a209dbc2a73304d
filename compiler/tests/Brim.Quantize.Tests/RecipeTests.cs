using Brim.Core.Diagnostics;
using Brim.Quantize.Calibration;
using Brim.Quantize.Networks;
using Brim.Quantize.PowerOfTwo;
using Brim.Quantize.Recipes;
using Brim.Quantize.Weights;

namespace Brim.Quantize.Tests;

public class RecipeTests
{
    private const string Everything = """
        # A comment.
        method: gpfq
        weights: 4
        activations: 6
        accumulator: 18
        tile: 64
        first: {activations: 7, method: rtn}
        last: {weights: 6}
        layers:
          branch: {weights: 5, accumulator: none}
          strided:
            method: debruin
            accumulator: 20
            range: two-sided
        equalization: 0.25
        bias-correction: false
        weight-scales: {granularity: tensor, rule: max}
        calibration: {samples: 20, seed: 9, range: percentile, percentile: 0.999, patches: 10}
        adaptation: {epochs: 2, batch: 8, weight-rate: 0.02, activation-scale-rate: 0.001, weight-scale-rate: 0.003, bias-rate: 0.004}
        matching: {epochs: 3, block-weight: 0.5, mirror: true, shift: 2, mix: 0.1, drop: 0.2}
        """;

    [Fact]
    public void EveryKey_IsRead()
    {
        var (graph, _) = SmallNetworks.Residual(60);
        var recipe = Read(Everything);
        var widths = recipe.WidthsOf(graph);
        Assert.Equal(new LayerWidths(4, 6, "gpfq", 18, 64), widths.Default);
        Assert.Equal(
            [("branch", new(5, 6, "gpfq")), ("dense", new(6, 6, "gpfq", 18, 64)), ("depthwise", new(4, 6, "gpfq", 18, 64)), ("stem", new(8, 7, "rtn", 18, 64)), ("strided", new(4, 6, "debruin", 20, Range: RangeEvidence.AnalyticTwoSided))],
            widths.Layers.Select(l => (l.Key, l.Value)).ToArray());
        Assert.Equal((0.25, false, true, WeightScaleRule.MaxAbs, 10), (recipe.Options.Equalization, recipe.Options.BiasCorrection, recipe.Options.PerTensorWeights, recipe.Options.WeightScales, recipe.Options.PatchesPerSample));
        Assert.Equal(new ActivationCalibrator(RangeRule.Percentile, 0.999), recipe.Options.Calibrator);
        Assert.Equal((20, 9), (recipe.Samples, recipe.Seed));
        Assert.Equal(new() { Epochs = 2, BatchSize = 8, WeightRate = 0.02, ActivationScaleRate = 0.001, WeightScaleRate = 0.003, BiasRate = 0.004 }, recipe.Adaptation);
        Assert.Equal(new() { Epochs = 3, BlockWeight = 0.5, MirrorImages = true, ShiftPixels = 2, MixFraction = 0.1, DropFraction = 0.2 }, recipe.Matching);
    }

    [Fact]
    public void AnEmptyRecipe_MeansTheDefaults()
    {
        var (graph, _) = SmallNetworks.Residual(60);
        var recipe = Read("{}");
        Assert.Equal(new QuantizationRecipe().WidthsOf(graph), recipe.WidthsOf(graph));
        Assert.Equal((1024, 1, null, null), (recipe.Samples, recipe.Seed, recipe.Adaptation, recipe.Matching));
        // The first layer keeps 8 bits whatever the others have.
        Assert.Equal((8, 8, 3, 2), Bits("weights: 3\nactivations: 2"));
        Assert.Equal((3, 8, 3, 2), Bits("weights: 3\nactivations: 2\nfirst: {weights: 3}"));

        (int, int, int, int) Bits(string text)
        {
            var widths = Read(text).WidthsOf(graph);
            return (widths["stem"].WeightBits, widths["stem"].ActivationBits, widths["dense"].WeightBits, widths["dense"].ActivationBits);
        }
    }

    [Fact]
    public void AnAssignmentPrintedAsJson_ReadsBackAsItself()
    {
        var (graph, _) = SmallNetworks.Residual(60);
        foreach (var widths in new[] { Read(Everything).WidthsOf(graph), new QuantizationRecipe().WidthsOf(graph), WidthAssignment.Uniform(graph, new(2, 1, "optq", 12, 8)).With("dense", new(3, 3)).With("branch", new(4, 5, "debruin", 14, Range: RangeEvidence.Observed)) })
        {
            var read = Read(widths.ToJson().ToJsonString());
            Assert.All(LayerNames.Of(graph).Values, name => Assert.Equal(widths[name], read.WidthsOf(graph)[name]));
            Assert.Equal(new QuantizationRecipe().With(widths).WidthsOf(graph), read.WidthsOf(graph));
        }
    }

    [Theory]
    [InlineData("weights: 4\nwieghts: 3", "BRIM6102", 2, "tile")]
    [InlineData("first: {weights: 4, bits: 3}", "BRIM6102", 1, "activations")]
    [InlineData("\nweights: 9", "BRIM6104", 2, "from 2 to 8")]
    [InlineData("weights: 1", "BRIM6104", 1, "from 2 to 8")]
    [InlineData("activations: 0", "BRIM6104", 1, "from 1 to 8")]
    [InlineData("accumulator: 7", "BRIM6104", 1, "from 8 to 32")]
    [InlineData("accumulator: 33", "BRIM6104", 1, "from 8 to 32")]
    [InlineData("weights: many", "BRIM6104", 1, "many")]
    [InlineData("weights: [4]", "BRIM6104", 1, "one value")]
    [InlineData("layers:\n  stem: {weights: 4}\n  nowhere: {weights: 4}", "BRIM3101", 3, "depthwise")]
    [InlineData("layers:\n  stem: 4", "BRIM6104", 2, "section")]
    [InlineData("method: rtn\nlayers:\n  stem:\n    method: magic", "BRIM6104", 4, "gpfq-hard")]
    [InlineData("bias-correction: maybe", "BRIM6104", 1, "true, false")]
    [InlineData("equalization: 1.5", "BRIM6104", 1, "from 0 to 1")]
    [InlineData("calibration:\n  range: widest", "BRIM6104", 2, "percentile")]
    [InlineData("calibration:\n  samples: 0", "BRIM6104", 2, "from 1 to")]
    [InlineData("calibration:\n  patches: 0", "BRIM6104", 2, "from 1 to")]
    [InlineData("matching:\n  batch: 0", "BRIM6104", 2, "from 1 to")]
    [InlineData("matching:\n  epochs: 3\n  speed: 3", "BRIM6102", 3, "weight-rate")]
    [InlineData("weights: 4\nweights: 5", "BRIM6101", 2, "")]
    [InlineData("- weights", "BRIM6101", 1, "mapping")]
    public void Mistakes_AreErrorsWithTheirLine_AndSayWhatIsAllowed(string text, string code, int line, string said)
    {
        var (graph, _) = SmallNetworks.Residual(60);
        var diagnostics = new DiagnosticBag();
        Assert.Null(RecipeFile.Read("brim.yaml", text, graph, diagnostics));
        var found = Assert.Single(diagnostics.Items);
        Assert.Equal((code, $"line {line}"), (found.Descriptor.Code, found.Location.Place));
        Assert.Contains(said, found.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Matching_DoesNotBreakABound()
    {
        var (graph, data) = SmallNetworks.Residual(60);
        var diagnostics = new DiagnosticBag();
        var recipe = Read("{weights: 4, activations: 4, first: {weights: 4, activations: 4}, accumulator: 12, matching: {epochs: 2}}");
        var network = Quantization.Run(graph, recipe, data, diagnostics)!.Network;
        Assert.Empty(diagnostics.Items);
        foreach (var (id, layer) in network.Layers)
        {
            var x = network.Activations[network.Graph.Nodes.Single(n => n.Output == id).Inputs[0]];
            for (var r = 0; r < layer.Codes.Rows; r++)
                Assert.InRange(layer.Codes.Row(r).ToArray().Sum(q => Math.Max(q * (x.Element.MinCode - x.Quant.ZeroPoint), q * (x.Element.MaxCode - x.Quant.ZeroPoint))), 0, 2047);
        }
    }

    [Fact]
    public void TheSameRecipe_GivesTheSameCodes_AndAnotherSeedOthers()
    {
        var (graph, data) = SmallNetworks.Residual(60);
        int[] Codes(string recipe) => [.. Run(recipe).Network.Layers.Values.SelectMany(l => l.Codes.Elements)];
        const string Text = "{weights: 4, activations: 5, method: gpfq-stochastic, calibration: {samples: 16, seed: 3}, adaptation: {epochs: 1}, matching: {epochs: 1}}";
        Assert.Equal(Codes(Text), Codes(Text));
        Assert.NotEqual(Codes(Text), Codes(Text.Replace("seed: 3", "seed: 4", StringComparison.Ordinal)));
        var report = Run(Text).Report;
        Assert.Equal((16, 3, "random images"), (report.Samples, report.Seed, report.Calibration));
        Assert.Equal(["stem", "depthwise", "branch", "strided", "dense"], report.Layers.Select(l => l.Name));
        Assert.All(report.Layers, l => Assert.InRange(l.WeightError, 1e-9, 0.1));

        QuantizationResult Run(string recipe)
        {
            var diagnostics = new DiagnosticBag();
            var result = Quantization.Run(graph, Read(recipe), data, diagnostics);
            Assert.Empty(diagnostics.Items);
            return result!;
        }
    }

    [Fact]
    public void Cancellation_StopsBetweenSamples()
    {
        var (graph, data) = SmallNetworks.Residual(60);
        using var source = new CancellationTokenSource();
        var stages = new List<string>();
        var progress = new Watcher(p =>
        {
            stages.Add(p.Stage);
            if (p is { Stage: "rounding layers", Done: 2 })
                source.Cancel();
        });
        Assert.ThrowsAny<OperationCanceledException>(() => Quantization.Run(graph, new QuantizationRecipe(), data, new DiagnosticBag(), progress, source.Token));
        Assert.Equal(["calibrating", "rounding layers", "rounding layers", "rounding layers"], stages);
    }

    private static QuantizationRecipe Read(string text)
    {
        var (graph, _) = SmallNetworks.Residual(60);
        var diagnostics = new DiagnosticBag();
        var recipe = RecipeFile.Read("brim.yaml", text, graph, diagnostics);
        Assert.Empty(diagnostics.Items);
        return recipe!;
    }

    private sealed class Watcher(Action<QuantizationProgress> action) : IProgress<QuantizationProgress>
    {
        public void Report(QuantizationProgress value) => action(value);
    }
}
