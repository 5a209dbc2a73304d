using System.Globalization;
using System.Text;
using Brim.Cli.Reports;
using Brim.Core.IR;
using Brim.Quantize.Data;
using Brim.Quantize.Networks;
using Brim.Quantize.Recipes;
using Brim.Quantize.Search;
using CommandLine;

namespace Brim.Cli.Verbs;

/// <summary><c>brim search</c>: the widths of every layer for an accumulator, a flash budget, a cycle budget, or several of these.</summary>
[Verb("search", HelpText = "Choose the widths of every layer for an accumulator, a flash or a cycle budget; writes a recipe.")]
internal sealed class SearchVerb : IVerb
{
    private const string Exact = "exact";
    private const string DeBruin = "debruin";

    /// <summary>Model file.</summary>
    [Value(0, MetaName = "MODEL", Required = true, HelpText = "Float model file (TFLite or ONNX).")]
    public string Model { get; set; } = "";

    /// <summary>Data.</summary>
    [Option("data", Required = true, MetaValue = "SPEC", HelpText = EvaluateVerb.DataHelp + " Calibration and validation draw disjoint samples from the training part where the set has one, and read no labels.")]
    public string Data { get; set; } = "";

    /// <summary>Accumulator width.</summary>
    [Option("accumulator", MetaValue = "BITS", HelpText = "Bits that no sum of a whole dot product may leave, 8 to 32; no bound if absent.")]
    public int? Accumulator { get; set; }

    /// <summary>Flash budget.</summary>
    [Option("budget-flash", MetaValue = "BYTES", HelpText = "Largest size of packed weights, biases and factors.")]
    public double? Flash { get; set; }

    /// <summary>Cycle budget.</summary>
    [Option("budget-cycles", MetaValue = "N", HelpText = "Largest number of modelled cycles of the layers with weights, as the compiler predicts them for --target.")]
    public double? Cycles { get; set; }

    /// <summary>Target name.</summary>
    [Option("target", MetaValue = "T", Default = "cortex-m4", HelpText = "Target whose cycles are predicted; `brim targets` lists them.")]
    public string Target { get; set; } = "";

    /// <summary>Strategy.</summary>
    [Option("strategy", MetaValue = "S", Default = Exact, HelpText = "'exact': sensitivities measured once, then the best assignment of all; 'debruin': power-of-two scales, layer by layer, for an accumulator.")]
    public string Strategy { get; set; } = "";

    /// <summary>Weight widths.</summary>
    [Option("weights", MetaValue = "MIN-MAX", Default = "2-8", HelpText = "Widths of weights to choose from.")]
    public string Weights { get; set; } = "";

    /// <summary>Activation widths.</summary>
    [Option("activations", MetaValue = "MIN-MAX", Default = "3-8", HelpText = "Widths of layer inputs to choose from; the network's input keeps the width of its data.")]
    public string Activations { get; set; } = "";

    /// <summary>Method.</summary>
    [Option("method", MetaValue = "M", HelpText = "Weight rounding method; a wrong name lists them all. Default: " + RoundingMethods.Default + ".")]
    public string? Method { get; set; }

    /// <summary>Recipe.</summary>
    [Option("recipe", MetaValue = "FILE", HelpText = "Recipe whose calibration and scale settings apply; its widths are replaced, its training is left away.")]
    public string? Recipe { get; set; }

    /// <summary>Number of points.</summary>
    [Option("points", MetaValue = "N", Default = 12, HelpText = "Budgets between the cheapest and the most accurate assignment to report.")]
    public int Points { get; set; }

    /// <summary>Number of validated points.</summary>
    [Option("validate", MetaValue = "N", Default = 3, HelpText = "Assignments to quantize and compare on validation samples.")]
    public int Validate { get; set; }

    /// <summary>Number of validation samples.</summary>
    [Option("validation-samples", MetaValue = "N", Default = 2000, HelpText = "Validation samples; none of them calibrates.")]
    public int ValidationSamples { get; set; }

    /// <summary>Number of samples.</summary>
    [Option("samples", MetaValue = "N", HelpText = "Calibration samples (default 1024).")]
    public int? Samples { get; set; }

    /// <summary>Seed.</summary>
    [Option("seed", MetaValue = "S", HelpText = "Seed of everything random (default 1).")]
    public int? Seed { get; set; }

    /// <summary>Output file.</summary>
    [Option("output", Required = true, MetaValue = "FILE", HelpText = "Recipe to write, for brim quantize --recipe.")]
    public string Output { get; set; } = "";

    /// <summary>Print JSON.</summary>
    [Option("json", HelpText = "Print JSON instead of a table.")]
    public bool AsJson { get; set; }

    /// <inheritdoc/>
    public int Execute(CommandContext context)
    {
        if (Options(out var problem) is not { } options)
        {
            context.Error.WriteLine("brim: " + problem);
            return ExitCode.Usage;
        }
        if (!ModelFile.CheckWritable(Output, context.Diagnostics)
            || ModelFile.Load(Model, context.Diagnostics) is not { } model
            || ReadRecipe(model.Graph, context) is not { } recipe
            || TargetCatalog.Find(Target, context.Root, portableOnly: false, context.Diagnostics) is not { } backend
            || DataSpec.Open(Data, context.Diagnostics) is not { } opened)
        {
            return context.Finish();
        }
        using var data = opened;
        var cycles = new PlannedCycleCost(model.Graph, recipe, data.Calibration, backend);
        if ((Flash is null || Cycles is not null)
            && (!cycles.IsKnown(new(options.MostWeightBits, options.MostActivationBits), context.Diagnostics)
                || !cycles.IsKnown(new(options.LeastWeightBits, options.LeastActivationBits), context.Diagnostics)))
        {
            return context.Finish();
        }
        ILayerCost cost = Flash is not null ? new FlashCost() : cycles;
        WidthSearchReport? found;
        using (var progress = new ProgressLine(context.Error))
        {
            found = Strategy == DeBruin
                ? SearchedAssignment.RunDeBruin(model.Graph, recipe, data.Calibration, cost, options, context.Diagnostics, progress, context.Cancellation)
                : SearchedAssignment.Run(model.Graph, recipe, data.Calibration, cost, options, context.Diagnostics, progress,
                    Flash is not null && Cycles is not null ? cycles : null, context.Cancellation);
        }
        if (found is null || !ModelFile.WriteBytes(Output, Encoding.UTF8.GetBytes(Json.Text(found.Best.Widths.ToJson()) + "\n"), context.Diagnostics))
            return context.Finish();
        var report = new WidthSearchSummary(Path.GetFileName(Model), found);
        if (AsJson)
            Json.Write(context.Out, report.ToJson());
        else
            report.Print(context.Out);
        return context.Finish();
    }

    private WidthSearchOptions? Options(out string problem)
    {
        problem = "";
        if (Range(Weights, RecipeFile.LeastWeightBits, RecipeFile.MostWeightBits) is not { } weights)
            problem = $"--weights takes MIN-MAX within {RecipeFile.LeastWeightBits} to {RecipeFile.MostWeightBits}";
        else if (Range(Activations, RecipeFile.LeastActivationBits, RecipeFile.MostActivationBits) is not { } activations)
            problem = $"--activations takes MIN-MAX within {RecipeFile.LeastActivationBits} to {RecipeFile.MostActivationBits}";
        else if (Accumulator is < RecipeFile.LeastAccumulatorBits or > RecipeFile.MostAccumulatorBits)
            problem = $"--accumulator takes {RecipeFile.LeastAccumulatorBits} to {RecipeFile.MostAccumulatorBits}";
        else if (Strategy is not (Exact or DeBruin))
            problem = $"--strategy takes {Exact} or {DeBruin}";
        else if (Strategy == DeBruin && (Accumulator is null || Flash is not null || Cycles is not null || Method is not null))
            problem = $"--strategy {DeBruin} takes an --accumulator, no budget and no --method";
        else if (Accumulator is null && Flash is null && Cycles is null)
            problem = "give --accumulator, --budget-flash or --budget-cycles";
        else if (Flash <= 0 || Cycles <= 0 || Samples < 1 || ValidationSamples < 1 || Validate < 0 || Points < 2)
            problem = "budgets and numbers of samples are positive, --points is at least 2";
        else if (Method is not null && !RoundingMethods.Names.Contains(Method))
            problem = $"'{Method}' is no method; one of: {string.Join(", ", RoundingMethods.Names)}";
        else if (Method is not null && RoundingMethods.Find(Method)!.Window is not null)
            problem = $"--method '{Method}' has the widths of its windows: there is nothing to search";
        else
        {
            return new()
            {
                LeastWeightBits = weights.Least,
                MostWeightBits = weights.Most,
                LeastActivationBits = activations.Least,
                MostActivationBits = activations.Most,
                Method = Method ?? RoundingMethods.Default,
                AccumulatorBits = Accumulator,
                Budget = Flash ?? Cycles,
                OtherBudget = Flash is null ? null : Cycles,
                FrontPoints = Points,
                Validated = Validate,
                ValidationSamples = ValidationSamples,
            };
        }
        return null;
    }

    private static (int Least, int Most)? Range(string text, int least, int most)
    {
        var parts = text.Split('-');
        return parts.Length is 1 or 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var low)
            && int.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var high)
            && least <= low && low <= high && high <= most
            ? (low, high)
            : null;
    }

    private QuantizationRecipe? ReadRecipe(Graph graph, CommandContext context)
    {
        var recipe = new QuantizationRecipe();
        if (Recipe is not null)
        {
            if (ModelFile.ReadBytes(Recipe, context.Diagnostics) is not { } bytes || RecipeFile.Read(Recipe, Encoding.UTF8.GetString(bytes), graph, context.Diagnostics) is not { } read)
                return null;
            recipe = read;
        }
        return recipe with { Samples = Samples ?? recipe.Samples, Seed = Seed ?? recipe.Seed };
    }
}
