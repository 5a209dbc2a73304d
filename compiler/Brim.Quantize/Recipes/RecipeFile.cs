using System.Collections.Immutable;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Quantize.Calibration;
using Brim.Quantize.Networks;
using Brim.Quantize.PowerOfTwo;
using Brim.Quantize.Training;
using Brim.Quantize.Weights;
using Brim.Yaml;

namespace Brim.Quantize.Recipes;

/// <summary>Reads recipes, <c>brim.yaml</c>: the schema is in <c>compiler/docs/recipes.md</c>. JSON is YAML too.</summary>
public static class RecipeFile
{
    /// <summary>Widths that weights may have.</summary>
    public const int LeastWeightBits = 2, MostWeightBits = 8;

    /// <summary>Widths that activations may have.</summary>
    public const int LeastActivationBits = 1, MostActivationBits = 8;

    /// <summary>Widths that accumulators may have.</summary>
    public const int LeastAccumulatorBits = 8, MostAccumulatorBits = 32;

    private const string None = "none";

    private static readonly ImmutableArray<(string Name, RangeRule Rule)> Rules =
        [("minmax", RangeRule.MinMax), ("percentile", RangeRule.Percentile), ("mean-max", RangeRule.MeanMaximum), ("mse", RangeRule.MeanSquare)];

    private static readonly ImmutableArray<(string Name, WeightScaleRule Rule)> ScaleRules =
        [("mse", WeightScaleRule.MeanSquare), ("max", WeightScaleRule.MaxAbs), ("gpfq", WeightScaleRule.Gpfq), ("full", WeightScaleRule.FullRange), ("power-of-two", WeightScaleRule.PowerOfTwo)];

    /// <summary>Reads a recipe; null after reporting errors, each with its line (unknown keys, layers and methods are errors).</summary>
    /// <param name="file">File name for messages.</param>
    /// <param name="text">The file's text.</param>
    /// <param name="graph">The float network, for the names of its layers.</param>
    /// <param name="diagnostics">Takes the errors.</param>
    public static QuantizationRecipe? Read(string file, string text, Graph graph, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(diagnostics);
        var own = new DiagnosticBag();
        var recipe = YamlSection.Parse(file, text, own) is { } root ? Read(root, graph, own) : null;
        diagnostics.AddRange(own);
        return own.HasErrors ? null : recipe;
    }

    private static QuantizationRecipe Read(YamlSection root, Graph graph, DiagnosticBag diagnostics)
    {
        var recipe = new QuantizationRecipe();
        var options = recipe.Options;
        recipe = recipe with { Default = Override(root).Apply(recipe.Default) };
        if (Layer(root, "first") is { } first)
            recipe = recipe with { First = first with { WeightBits = first.WeightBits ?? recipe.First.WeightBits, ActivationBits = first.ActivationBits ?? recipe.First.ActivationBits } };
        recipe = recipe with { Last = Layer(root, "last") ?? recipe.Last, Layers = Layers(root.OptionalSection("layers"), graph, diagnostics) };
        if (root.OptionalSection("calibration") is { } calibration)
        {
            recipe = recipe with
            {
                Samples = (int)calibration.OptionalInteger("samples", recipe.Samples, 1, int.MaxValue),
                Seed = (int)calibration.OptionalInteger("seed", recipe.Seed, int.MinValue, int.MaxValue),
            };
            var rule = calibration.OptionalChoice("range", null, [.. Rules.Select(r => r.Name)]);
            options = options with
            {
                Calibrator = new(
                    rule is null ? options.Calibrator.Rule : Rules.Single(r => r.Name == rule).Rule,
                    calibration.OptionalReal("percentile", options.Calibrator.Percentile, 0.5, 1)),
                PatchesPerSample = (int)calibration.OptionalInteger("patches", options.PatchesPerSample, 1, int.MaxValue),
            };
            calibration.RejectUnknownKeys();
        }
        if (root.OptionalSection("weight-scales") is { } scales)
        {
            options = options with
            {
                PerTensorWeights = scales.OptionalChoice("granularity", "channel", ["channel", "tensor"]) == "tensor",
                WeightScales = ScaleRules.Single(r => r.Name == scales.OptionalChoice("rule", "mse", [.. ScaleRules.Select(r => r.Name)])).Rule,
            };
            scales.RejectUnknownKeys();
        }
        options = options with
        {
            BiasCorrection = root.OptionalBoolean("bias-correction", options.BiasCorrection),
            Equalization = root.OptionalReal("equalization", options.Equalization, 0, 1),
        };
        recipe = recipe with { Options = options, Adaptation = Training(root.OptionalSection("adaptation")), Matching = Training(root.OptionalSection("matching")) };
        root.RejectUnknownKeys();
        return recipe;
    }

    private static ImmutableSortedDictionary<string, LayerOverride> Layers(YamlSection? section, Graph graph, DiagnosticBag diagnostics)
    {
        var layers = ImmutableSortedDictionary.CreateBuilder<string, LayerOverride>(StringComparer.Ordinal);
        if (section is null)
            return layers.ToImmutable();
        var names = LayerNames.Of(graph).Values.ToArray();
        foreach (var name in section.Keys)
        {
            if (!names.Contains(name))
                diagnostics.Report(QuantizationDiagnostics.UnknownLayer, section.LocationOf(name), $"no layer is named '{name}'", $"layers are: {string.Join(", ", names)}");
            else if (Layer(section, name) is { } layer)
                layers[name] = layer;
        }
        return layers.ToImmutable();
    }

    private static LayerOverride? Layer(YamlSection parent, string key)
    {
        if (parent.OptionalSection(key) is not { } section)
            return null;
        var layer = Override(section);
        section.RejectUnknownKeys();
        return layer;
    }

    private static LayerOverride Override(YamlSection section)
    {
        var unbounded = section.OptionalText("accumulator") == None;
        return new(
            Bits("weights", LeastWeightBits, MostWeightBits),
            Bits("activations", LeastActivationBits, MostActivationBits),
            section.OptionalChoice("method", null, RoundingMethods.Names),
            unbounded ? null : Bits("accumulator", LeastAccumulatorBits, MostAccumulatorBits),
            Bits("tile", 1, int.MaxValue),
            unbounded,
            section.OptionalChoice("range", null, [.. RangeNames.All.Select(r => r.Name)]) is { } range ? RangeNames.All.Single(r => r.Name == range).Range : null);

        int? Bits(string key, int least, int most) => section.OptionalText(key) is null ? null : (int)section.Integer(key, least, most);
    }

    private static TrainingOptions? Training(YamlSection? section)
    {
        if (section is null)
            return null;
        var o = new TrainingOptions();
        o = o with
        {
            Epochs = (int)section.OptionalInteger("epochs", o.Epochs, 1, 100_000),
            BatchSize = (int)section.OptionalInteger("batch", o.BatchSize, 1, 1 << 20),
            WeightRate = Rate("weight-rate", o.WeightRate),
            ActivationScaleRate = Rate("activation-scale-rate", o.ActivationScaleRate),
            WeightScaleRate = Rate("weight-scale-rate", o.WeightScaleRate),
            BiasRate = Rate("bias-rate", o.BiasRate),
            BlockWeight = section.OptionalReal("block-weight", o.BlockWeight, 0, 1e6),
            MirrorImages = section.OptionalBoolean("mirror", o.MirrorImages),
            ShiftPixels = (int)section.OptionalInteger("shift", o.ShiftPixels, 0, 1024),
            MixFraction = section.OptionalReal("mix", o.MixFraction, 0, 1),
            DropFraction = section.OptionalReal("drop", o.DropFraction, 0, 1),
        };
        section.RejectUnknownKeys();
        return o;

        double Rate(string key, double fallback) => section.OptionalReal(key, fallback, 0, 10);
    }
}
