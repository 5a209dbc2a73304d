using System.Collections.Immutable;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Quantize.Data;
using Brim.Quantize.Evaluation;
using Brim.Quantize.Networks;

namespace Brim.Quantize.PowerOfTwo;

/// <summary>
/// The greedy search of de Bruin, Zivkovic and Corporaal (arXiv 2004.11783): layer by layer, of the pairs of widths that fill the accumulator the one
/// with which the network scores best, the layers already decided fixed and the others still in floats.
/// </summary>
public static class DeBruinSearch
{
    /// <summary>Searches.</summary>
    /// <param name="graph">A float graph of batch 1 with one input.</param>
    /// <param name="start">Layers named here keep their widths and method (a first or last layer at 8 bits, say); all others are searched.</param>
    /// <param name="search">Accumulator and range.</param>
    /// <param name="calibration">Samples for the ranges; labels are not read.</param>
    /// <param name="score">
    /// Score of a simulated network, the larger the better; called once a candidate. Accuracy on samples kept apart from the calibration, e.g.
    /// <c>e => Accuracy.Measure(e, validation).Top1Count</c>. Of equal scores the candidate with the finer data wins.
    /// </param>
    /// <param name="options">The quantizer's settings: input type, equalization, calibrator of the layers that are kept.</param>
    /// <param name="diagnostics">Receives BRIM3003, BRIM3010, BRIM3011, and BRIM3012 for layers that no pair of widths fits.</param>
    /// <param name="progress">Receives every candidate as soon as it is scored.</param>
    /// <returns>Null after an error.</returns>
    public static DeBruinResult? Run(
        Graph graph, ImmutableSortedDictionary<string, LayerWidths> start, DeBruinOptions search, DataSource calibration, Func<GraphEvaluator, double> score,
        QuantizerOptions options, DiagnosticBag diagnostics, IProgress<DeBruinStep>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(search);
        ArgumentNullException.ThrowIfNull(calibration);
        ArgumentNullException.ThrowIfNull(score);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(diagnostics);
        var widest = new LayerWidths(search.MaxBits, search.MaxBits, RoundingMethods.DeBruin, search.AccumulatorBits, Range: search.Range);
        if (!QuantizabilityCheck.Run(graph, new WidthAssignment(widest, start), calibration, diagnostics))
            return null;
        var state = new DeBruinState(GraphQuantizer.Prepared(graph, calibration, options), search, calibration, options);
        var decided = ImmutableSortedDictionary.CreateBuilder<string, LayerWidths>(StringComparer.Ordinal);
        var steps = ImmutableArray.CreateBuilder<DeBruinStep>();
        var own = new DiagnosticBag();
        foreach (var layer in state.Layers)
        {
            var name = state.NameOf(layer);
            if (start.TryGetValue(name, out var given))
            {
                decided[name] = given;
                state.Take(layer, state.Kept(layer, given));
                continue;
            }
            (DeBruinTrial Trial, double Score)? best = null;
            foreach (var trial in state.Trials(layer))
            {
                var step = new DeBruinStep(name, trial.Data.Element, trial.Weights, score(state.Simulate(layer, trial)));
                steps.Add(step);
                progress?.Report(step);
                if (best is null || step.Score > best.Value.Score)
                    best = (trial, step.Score);
            }
            if (best is not { Trial: var chosen })
            {
                own.Report(QuantizationDiagnostics.AccumulatorTooNarrow, layer.Node.Location,
                    $"'{name}': no pair of {search.MinBits} to {search.MaxBits} bits for data and weights fits {search.AccumulatorBits} bits");
                continue;
            }
            state.Take(layer, chosen);
            decided[name] = widest with { WeightBits = chosen.Weights.Bits, ActivationBits = chosen.Data.Element.Bits };
        }
        diagnostics.AddRange(own);
        return own.HasErrors ? null : new(new WidthAssignment(widest, decided.ToImmutable()), steps.ToImmutable());
    }
}
