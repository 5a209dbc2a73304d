using System.Collections.Immutable;
using System.Diagnostics;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Quantize.Data;
using Brim.Quantize.Evaluation;
using Brim.Quantize.Networks;
using Brim.Quantize.PowerOfTwo;
using Brim.Quantize.Recipes;

namespace Brim.Quantize.Search;

/// <summary>
/// The whole way from a float network to widths: measure sensitivities on calibration samples, choose assignments exactly, quantize the
/// most promising ones and compare them on samples that neither calibrated nor will test.
/// </summary>
public static class SearchedAssignment
{
    /// <summary>Searches.</summary>
    /// <param name="graph">A float graph of batch 1 with one input.</param>
    /// <param name="recipe">How to quantize; its widths are what is searched for, its training is left away.</param>
    /// <param name="calibration">Data to draw calibration and validation samples from; labels are not read.</param>
    /// <param name="cost">What is budgeted.</param>
    /// <param name="options">What to look at.</param>
    /// <param name="diagnostics">Receives BRIM3003, BRIM3010, BRIM3011, BRIM3020.</param>
    /// <param name="progress">Told of each measurement.</param>
    /// <param name="other">What is budgeted beside the cost; null for nothing.</param>
    /// <param name="cancellation">Stops within a second or two.</param>
    /// <returns>Null after an error.</returns>
    public static WidthSearchReport? Run(
        Graph graph, QuantizationRecipe recipe, DataSource calibration, ILayerCost cost, WidthSearchOptions options, DiagnosticBag diagnostics,
        IProgress<QuantizationProgress>? progress = null, ILayerCost? other = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(calibration);
        ArgumentNullException.ThrowIfNull(cost);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(diagnostics);
        var watch = Stopwatch.StartNew();
        recipe = recipe with { Adaptation = null, Matching = null };
        var data = calibration.Take(recipe.Samples, recipe.Seed);
        var quantizer = Quantization.OptionsFor(recipe, data);
        if (WidthSensitivities.Measure(graph, data, quantizer, options, diagnostics, progress, cancellation) is not { } units)
            return null;
        var search = new WidthSearch(units, cost, other, options.OtherBudget ?? double.PositiveInfinity);
        var budget = options.Budget ?? double.PositiveInfinity;
        if (search.Best(budget) is not { } best)
        {
            diagnostics.Report(QuantizationDiagnostics.BudgetTooSmall, new SourceLocation(graph.Name), budget < search.LeastCost
                ? FormattableString.Invariant($"a budget of {budget:G6} {cost.Unit} is less than the {search.LeastCost:G6} of the narrowest widths")
                : options.OtherBudget < search.LeastOther
                    ? FormattableString.Invariant($"a budget of {options.OtherBudget:G6} {other!.Unit} is less than the {search.LeastOther:G6} of the cheapest widths")
                    : FormattableString.Invariant($"{budget:G6} {cost.Unit} and {options.OtherBudget:G6} {other!.Unit} can be kept each, but not together"),
                "give a larger budget, or narrower widths to choose from");
            return null;
        }
        var front = search.Front(options.FrontPoints);
        var validation = calibration.Take(options.ValidationSamples, recipe.Seed, recipe.Samples);
        if (options.Validated == 0 || validation.Count == 0)
            return new(front, best, cost.Unit, 0, watch.Elapsed.TotalSeconds) { OtherUnit = other?.Unit };

        // Sums of sensitivities are predictions: those near the best are quantized and measured.
        var promising = front.Where(p => p.Cost <= best.Cost && !p.Widths.Equals(best.Widths)).TakeLast(options.Validated - 1).Append(best).ToArray();
        var divergence = new OutputDivergence(graph, validation, cancellation);
        var validated = new List<SearchPoint>();
        foreach (var point in promising)
        {
            progress?.Report(new("validating", validated.Count, promising.Length));
            if (Quantization.Run(graph, recipe.With(point.Widths), calibration, diagnostics, null, cancellation) is not { } quantized)
                return null;
            var (error, agreement) = divergence.Measure(new GraphEvaluator(quantized.Graph, [divergence.Output]), cancellation);
            validated.Add(point with { Validated = error, Agreement = agreement });
        }
        best = validated.MinBy(p => p.Validated)!;
        var all = front.Where(p => !validated.Any(v => v.Widths.Equals(p.Widths))).Concat(validated).OrderBy(p => p.Cost).ToImmutableArray();
        return new(all, best, cost.Unit, validation.Count, watch.Elapsed.TotalSeconds) { OtherUnit = other?.Unit };
    }

    /// <summary>
    /// The greedy search of de Bruin et al. (<see cref="DeBruinSearch"/>) instead: candidates are scored by their divergence on the validation samples.
    /// </summary>
    /// <param name="graph">A float graph of batch 1 with one input.</param>
    /// <param name="recipe">How to quantize; its widths are what is searched for.</param>
    /// <param name="calibration">Data to draw calibration and validation samples from; labels are not read.</param>
    /// <param name="cost">What is reported; the accumulator alone is budgeted.</param>
    /// <param name="options">What to look at; the accumulator must be given.</param>
    /// <param name="diagnostics">Receives BRIM3003, BRIM3010, BRIM3011, BRIM3012.</param>
    /// <param name="progress">Told of each layer.</param>
    /// <param name="cancellation">Stops within a second or two.</param>
    /// <returns>A front of one point; null after an error.</returns>
    public static WidthSearchReport? RunDeBruin(
        Graph graph, QuantizationRecipe recipe, DataSource calibration, ILayerCost cost, WidthSearchOptions options, DiagnosticBag diagnostics,
        IProgress<QuantizationProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(calibration);
        ArgumentNullException.ThrowIfNull(cost);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(diagnostics);
        var watch = Stopwatch.StartNew();
        recipe = recipe with { Adaptation = null, Matching = null };
        var data = calibration.Take(recipe.Samples, recipe.Seed);
        var validation = calibration.Take(options.ValidationSamples, recipe.Seed, recipe.Samples);
        // Without samples of its own the search scores on those that calibrate.
        var divergence = new OutputDivergence(graph, validation.Count > 0 ? validation : data, cancellation);
        var limits = new DeBruinOptions(
            options.AccumulatorBits ?? throw new ArgumentException("this search needs an accumulator", nameof(options)), RangeEvidence.AnalyticTwoSided,
            Math.Max(options.LeastWeightBits, options.LeastActivationBits), Math.Min(options.MostWeightBits, options.MostActivationBits));
        var tried = 0;
        var found = DeBruinSearch.Run(graph, ImmutableSortedDictionary<string, LayerWidths>.Empty, limits, data, Score, Quantization.OptionsFor(recipe, data), diagnostics);
        if (found is null || Quantization.Run(graph, recipe.With(found.Widths), calibration, diagnostics, null, cancellation) is not { } quantized)
            return null;
        var (error, agreement) = divergence.Measure(new GraphEvaluator(quantized.Graph, [divergence.Output]), cancellation);
        var total = SearchLayer.Of(graph).Sum(l => cost.Of(l, new(found.Widths[l.Name].WeightBits, found.Widths[l.Name].ActivationBits)));
        // What the search saw of the last layer's winner is the whole network's divergence.
        var predicted = -found.Steps.Where(s => s.Layer == found.Steps[^1].Layer).Max(s => s.Score);
        var point = new SearchPoint(found.Widths, total, predicted, error, agreement);
        return new([point], point, cost.Unit, validation.Count, watch.Elapsed.TotalSeconds);

        double Score(GraphEvaluator network)
        {
            progress?.Report(new("scoring candidates", ++tried, tried));
            return -divergence.Measure(network, cancellation).Divergence;
        }
    }
}
