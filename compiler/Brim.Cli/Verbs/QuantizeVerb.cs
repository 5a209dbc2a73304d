using System.Text;
using Brim.Cli.Reports;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Import.Onnx.Qonnx;
using Brim.Quantize;
using Brim.Quantize.Data;
using Brim.Quantize.Networks;
using Brim.Quantize.Recipes;
using CommandLine;

namespace Brim.Cli.Verbs;

/// <summary><c>brim quantize</c>: a float network becomes an integer one of any widths.</summary>
[Verb("quantize", HelpText = "Quantize a float model to weights of 2..8 and activations of 1..8 bits; writes QONNX.")]
internal sealed class QuantizeVerb : IVerb
{
    /// <summary>Model file.</summary>
    [Value(0, MetaName = "MODEL", Required = true, HelpText = "Float model file (TFLite or ONNX).")]
    public string Model { get; set; } = "";

    /// <summary>Data.</summary>
    [Option("data", Required = true, MetaValue = "SPEC", HelpText = EvaluateVerb.DataHelp + " Calibration draws from the training part where the set has one, and reads no labels.")]
    public string Data { get; set; } = "";

    /// <summary>Method.</summary>
    [Option("method", MetaValue = "M", HelpText = "Weight rounding method of the layers that the recipe does not name; a wrong name lists them all. Default: " + RoundingMethods.Default + ".")]
    public string? Method { get; set; }

    /// <summary>Weight width.</summary>
    [Option("weights", MetaValue = "BITS", HelpText = "Bits of weights, 2 to 8 (default 8). The first layer has 8 unless the recipe says otherwise.")]
    public int? Weights { get; set; }

    /// <summary>Activation width.</summary>
    [Option("activations", MetaValue = "BITS", HelpText = "Bits of layer inputs, 1 to 8 (default 8). The network's input has 8 unless the recipe says otherwise.")]
    public int? Activations { get; set; }

    /// <summary>Accumulator width.</summary>
    [Option("accumulator", MetaValue = "BITS", HelpText = "Bits of the accumulator that no input may overflow, 8 to 32; no bound if absent.")]
    public int? Accumulator { get; set; }

    /// <summary>Recipe.</summary>
    [Option("recipe", MetaValue = "FILE", HelpText = "Recipe (YAML or JSON) with settings of single layers and of calibration; options given here replace its defaults.")]
    public string? Recipe { get; set; }

    /// <summary>Number of samples.</summary>
    [Option("samples", MetaValue = "N", HelpText = "Calibration samples (default 1024).")]
    public int? Samples { get; set; }

    /// <summary>Seed.</summary>
    [Option("seed", MetaValue = "S", HelpText = "Seed of everything random (default 1).")]
    public int? Seed { get; set; }

    /// <summary>Output file.</summary>
    [Option("output", Required = true, MetaValue = "FILE", HelpText = "QONNX file to write.")]
    public string Output { get; set; } = "";

    /// <summary>Print JSON.</summary>
    [Option("json", HelpText = "Print JSON instead of tables; its 'widths' can be edited and fed back with --recipe.")]
    public bool AsJson { get; set; }

    /// <inheritdoc/>
    public int Execute(CommandContext context)
    {
        if (OutOfRange() is { } problem)
        {
            context.Error.WriteLine("brim: " + problem);
            return ExitCode.Usage;
        }
        if (!ModelFile.CheckWritable(Output, context.Diagnostics)
            || ModelFile.Load(Model, context.Diagnostics) is not { } model
            || ReadRecipe(model.Graph, context) is not { } recipe
            || DataSpec.Open(Data, context.Diagnostics) is not { } opened)
        {
            return context.Finish();
        }
        using var data = opened;
        // Raw and NumPy files have no parts: what they are is the user's to say.
        if (!data.HasTrainingSplit && data.Calibration is (Cifar10Source or MnistSource))
            context.Diagnostics.Report(QuantizationDiagnostics.CalibratesOnTest, new SourceLocation(Data), $"calibration draws from '{data.Calibration.Name}'");
        QuantizationResult? result;
        using (var progress = new ProgressLine(context.Error))
            result = Quantization.Run(model.Graph, recipe, data.Calibration, context.Diagnostics, progress, context.Cancellation);
        if (result is null || !ModelFile.WriteBytes(Output, QonnxWriter.Write(result.Graph), context.Diagnostics))
            return context.Finish();
        var report = new QuantizationSummary(Path.GetFileName(Model), result.Report);
        if (AsJson)
            Json.Write(context.Out, report.ToJson());
        else
            report.Print(context.Out);
        return context.Finish();
    }

    private string? OutOfRange() =>
        Weights is < RecipeFile.LeastWeightBits or > RecipeFile.MostWeightBits ? $"--weights takes {RecipeFile.LeastWeightBits} to {RecipeFile.MostWeightBits}"
        : Activations is < RecipeFile.LeastActivationBits or > RecipeFile.MostActivationBits ? $"--activations takes {RecipeFile.LeastActivationBits} to {RecipeFile.MostActivationBits}"
        : Accumulator is < RecipeFile.LeastAccumulatorBits or > RecipeFile.MostAccumulatorBits ? $"--accumulator takes {RecipeFile.LeastAccumulatorBits} to {RecipeFile.MostAccumulatorBits}"
        : Samples < 1 ? "--samples takes at least 1"
        : Method is not null && !RoundingMethods.Names.Contains(Method) ? $"'{Method}' is no method; one of: {string.Join(", ", RoundingMethods.Names)}"
        : null;

    private QuantizationRecipe? ReadRecipe(Graph graph, CommandContext context)
    {
        var recipe = new QuantizationRecipe();
        if (Recipe is not null)
        {
            if (ModelFile.ReadBytes(Recipe, context.Diagnostics) is not { } bytes || RecipeFile.Read(Recipe, Encoding.UTF8.GetString(bytes), graph, context.Diagnostics) is not { } read)
                return null;
            recipe = read;
        }
        return recipe with
        {
            Default = new LayerOverride(Weights, Activations, Method, Accumulator, recipe.Default.TileSize).Apply(recipe.Default),
            Samples = Samples ?? recipe.Samples,
            Seed = Seed ?? recipe.Seed,
        };
    }
}
