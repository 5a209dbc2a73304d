using System.Diagnostics;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Quantize.Data;
using Brim.Quantize.Networks;
using Brim.Quantize.Training;

namespace Brim.Quantize.Recipes;

/// <summary>
/// The whole way from a float network to an integer one, as a recipe says: calibrate, adapt, round, match, build. The command line and
/// every experiment go this way, so that a row of a table is one command.
/// </summary>
public static class Quantization
{
    /// <summary>Quantizes a network. Labels are never read.</summary>
    /// <param name="graph">A float graph of batch 1 with one input.</param>
    /// <param name="recipe">What to do.</param>
    /// <param name="calibration">Data to draw the calibration samples from.</param>
    /// <param name="diagnostics">Receives BRIM3003, BRIM3010, BRIM3011, BRIM3102.</param>
    /// <param name="progress">Told of each layer and of each pass over the data.</param>
    /// <param name="cancellation">Stops within a second or two.</param>
    /// <returns>Null after an error.</returns>
    /// <exception cref="OperationCanceledException">On cancellation.</exception>
    public static QuantizationResult? Run(
        Graph graph, QuantizationRecipe recipe, DataSource calibration, DiagnosticBag diagnostics,
        IProgress<QuantizationProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(calibration);
        ArgumentNullException.ThrowIfNull(diagnostics);
        var watch = Stopwatch.StartNew();
        var data = calibration.Take(recipe.Samples, recipe.Seed);
        var widths = recipe.WidthsOf(graph);
        var options = OptionsFor(recipe, data);
        if (!TrainingIsPossible(graph, recipe, widths, diagnostics)
            || GraphQuantizer.Quantize(graph, widths, data, options, diagnostics, progress, cancellation) is not { } network)
        {
            return null;
        }
        var teacher = network.Graph;
        if (recipe.Adaptation is { } adaptation)
        {
            network = OutputMatching.Adapt(network, data, adaptation with { Seed = recipe.Seed }, Epochs("adapting", adaptation.Epochs, progress), widths, cancellation);
            network = GraphQuantizer.RoundLayers(network, widths, data, options, adapted: true, diagnostics, progress, cancellation);
            if (diagnostics.HasErrors)
                return null;
        }
        if (recipe.Matching is { } matching)
            network = OutputMatching.Run(network, data, matching with { Seed = recipe.Seed }, Epochs("matching", matching.Epochs, progress), teacher, widths, cancellation);
        GraphQuantizer.ReportOverflows(network, widths, diagnostics);
        if (diagnostics.HasErrors)
            return null;
        var integer = IntegerGraphBuilder.Build(network, options.Requantization);
        return new(integer, network, new(widths, LayerReport.Of(network, widths), data.Name, data.Count, recipe.Seed, watch.Elapsed.TotalSeconds));
    }

    /// <summary>The recipe's options with what the data decide.</summary>
    internal static QuantizerOptions OptionsFor(QuantizationRecipe recipe, DataSource data) =>
        recipe.Options with { Seed = recipe.Seed, Input = recipe.Options.Input ?? InputTypeOf(data) };

    /// <summary>
    /// The type of a network's input for data that come as integer codes: theirs, in codes of a signed byte, which is what kernels read. Pixels
    /// 0..255 become codes -128..127 of zero point -128. The scale is an exact float32, as files store it.
    /// </summary>
    private static (ElementType Element, QuantParams Quant)? InputTypeOf(DataSource data)
    {
        if (data.NativeType is not var (element, quant))
            return null;
        var zero = element == ElementType.UInt8 ? quant.ZeroPoint - 128 : quant.ZeroPoint;
        return (ElementType.Int8, QuantParams.PerTensor((float)quant.Scale, zero));
    }

    private static bool TrainingIsPossible(Graph graph, QuantizationRecipe recipe, WidthAssignment widths, DiagnosticBag diagnostics)
    {
        var location = new SourceLocation(graph.Name);
        var possible = true;
        if ((recipe.Adaptation ?? recipe.Matching) is not null && !TrainingLane.Supports(FloatGraphPreparation.Prepare(graph)))
        {
            possible = false;
            diagnostics.Report(QuantizationDiagnostics.TrainingNotPossible, location, "the network has an operator without a backward pass",
                "training covers layers, sums, whole-image means, reshapes and a final softmax; leave 'adaptation' and 'matching' away");
        }
        return possible;
    }

    private static EpochProgress? Epochs(string stage, int total, IProgress<QuantizationProgress>? progress) => progress is null ? null : new(stage, total, progress);

    private sealed class EpochProgress(string stage, int total, IProgress<QuantizationProgress> progress) : IProgress<double>
    {
        private int _done;

        public void Report(double value) => progress.Report(new(stage, ++_done, total));
    }
}
