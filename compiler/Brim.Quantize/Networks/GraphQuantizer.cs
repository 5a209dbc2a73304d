using System.Collections.Immutable;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Quantize.Accumulators;
using Brim.Quantize.Data;
using Brim.Quantize.Evaluation;
using Brim.Quantize.LinearAlgebra;
using Brim.Quantize.PowerOfTwo;
using Brim.Quantize.Weights;
using Brim.Quantize.Windows;

namespace Brim.Quantize.Networks;

/// <summary>
/// Post-training quantization of a float graph: chooses the types of activations from calibration data, then rounds layer by layer in the
/// order of the graph, each on the inputs it gets from the layers that are already quantized. No labels are used.
/// </summary>
public static class GraphQuantizer
{
    /// <summary>Quantizes a network.</summary>
    /// <param name="graph">A float graph of batch 1 with one input.</param>
    /// <param name="widths">Widths and methods of the layers.</param>
    /// <param name="data">Calibration samples.</param>
    /// <param name="options">Other settings.</param>
    /// <param name="diagnostics">Receives BRIM3003, BRIM3010, BRIM3011.</param>
    /// <param name="progress">Told of each layer.</param>
    /// <param name="cancellation">Stops between samples and layers.</param>
    /// <returns>Null after an error.</returns>
    /// <exception cref="OperationCanceledException">On cancellation.</exception>
    public static QuantizedNetwork? Quantize(
        Graph graph, WidthAssignment widths, DataSource data, QuantizerOptions options, DiagnosticBag diagnostics,
        IProgress<QuantizationProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(widths);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(diagnostics);
        if (!QuantizabilityCheck.Run(graph, widths, data, diagnostics))
            return null;
        progress?.Report(new("calibrating", 0, 1));
        var prepared = WindowInsertion.Run(Prepared(graph, data, options, cancellation), widths);
        var types = new ActivationTypes(prepared);
        var histograms = ActivationTypes.Observe(prepared, [.. types.Values], data, cancellation);
        var network = new QuantizedNetwork(prepared, types.Choose(widths, options, histograms), ImmutableSortedDictionary<int, LayerQuantization>.Empty);
        network = RoundLayers(network, widths, data, options, false, diagnostics, progress, cancellation);
        return diagnostics.HasErrors ? null : network;
    }

    /// <summary>The float graph in the form that is quantized.</summary>
    internal static Graph Prepared(Graph graph, DataSource data, QuantizerOptions options, CancellationToken cancellation = default)
    {
        var prepared = FloatGraphPreparation.Prepare(graph);
        return options.Equalization > 0 ? CrossLayerEqualization.Run(prepared, data, options.Equalization, cancellation) : prepared;
    }

    /// <summary>Rounds all layers of a network whose activation types are chosen.</summary>
    /// <param name="network">The network; layers that are quantized already are done again.</param>
    /// <param name="widths">Widths and methods of the layers.</param>
    /// <param name="data">Calibration samples.</param>
    /// <param name="options">Other settings.</param>
    /// <param name="adapted">True if the real weights were trained for rounded activations, so that these and not the float ones are the layers' true inputs.</param>
    /// <param name="diagnostics">Receives BRIM3012 for layers whose sums cannot be kept within their accumulator; they get the narrowest weights.</param>
    /// <param name="progress">Told of each layer.</param>
    /// <param name="cancellation">Stops between samples and layers.</param>
    /// <exception cref="OperationCanceledException">On cancellation.</exception>
    /// <exception cref="ArgumentException">A layer does not fit its accumulator, and nothing receives diagnostics.</exception>
    public static QuantizedNetwork RoundLayers(
        QuantizedNetwork network, WidthAssignment widths, DataSource data, QuantizerOptions options, bool adapted = false,
        DiagnosticBag? diagnostics = null, IProgress<QuantizationProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(widths);
        ArgumentNullException.ThrowIfNull(options);
        var names = LayerNames.Of(network.Graph);
        network = network with { Layers = ImmutableSortedDictionary<int, LayerQuantization>.Empty };
        var rounding = adapted ? network.Activations : null;
        foreach (var node in network.Graph.Nodes.Where(n => names.ContainsKey(n.Output)))
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Report(new("rounding layers", network.Layers.Count, names.Count));
            var layer = LinearLayer.TryMake(network.Graph, node)!;
            var moments = InputMoments.Observe(layer, new GraphEvaluator(network.Graph, [layer.X], rounding), network.Simulate([layer.X]), data, options.PatchesPerSample, options.Seed, cancellation);
            var wanted = widths[names[node.Output]];
            var quantized = RoundLayer(network, layer, wanted, moments, options);
            if (wanted is { Method: RoundingMethods.DeBruin, AccumulatorBits: { } bits, Range: not RangeEvidence.Observed })
            {
                // Rounding may have made the sums larger than the real range said: bits of the weights' fraction make room.
                while (!FitsAccumulator(network, layer, quantized, bits) && wanted.WeightBits > 2)
                    quantized = RoundLayer(network, layer, wanted = wanted with { WeightBits = wanted.WeightBits - 1 }, moments, options);
            }
            network = network with { Layers = network.Layers.SetItem(node.Output, quantized) };
        }
        var overflows = new DiagnosticBag();
        ReportOverflows(network, widths, overflows);
        if (diagnostics is null && overflows.HasErrors)
            throw new ArgumentException(overflows.Items[0].ToString(), nameof(widths));
        diagnostics?.AddRange(overflows);
        return network;
    }

    /// <summary>Reports BRIM3012 for every layer whose proof counts the bias (method debruin) and does not hold.</summary>
    internal static void ReportOverflows(QuantizedNetwork network, WidthAssignment widths, DiagnosticBag diagnostics)
    {
        var names = LayerNames.Of(network.Graph);
        foreach (var (id, quantized) in network.Layers)
        {
            var node = network.Graph.Nodes.Single(n => n.Output == id);
            var layer = LinearLayer.TryMake(network.Graph, node)!;
            if (widths[names[id]] is { Method: RoundingMethods.DeBruin, AccumulatorBits: { } bits, Range: not RangeEvidence.Observed } && !FitsAccumulator(network, layer, quantized, bits))
            {
                diagnostics.Report(QuantizationDiagnostics.AccumulatorTooNarrow, node.Location,
                    $"'{names[id]}': sums of {quantized.Grid.Bits}-bit weights and {network.Activations[layer.X].Element} activations and the bias can leave {bits} bits");
            }
        }
    }

    /// <summary>True if no input can make a sum of the layer, bias included, leave an accumulator: bound (a) on the integers.</summary>
    internal static bool FitsAccumulator(QuantizedNetwork network, LinearLayer layer, LayerQuantization quantized, int accumulatorBits)
    {
        var factors = Factors(network.Activations[layer.X]);
        for (var r = 0; r < quantized.Codes.Rows; r++)
        {
            var bias = (long)Math.Round(quantized.Bias[r] / (network.Activations[layer.X].Quant.Scale * quantized.Grid.Scales[r]));
            if (AccumulatorBounds.ExactBits(quantized.Codes.Row(r), factors, bias) > accumulatorBits)
                return false;
        }
        return true;
    }

    /// <summary>What weights are multiplied with: codes minus zero point.</summary>
    internal static IntegerRange Factors(FakeQuantizer type) => new(type.Element.MinCode - type.Quant.ZeroPoint, type.Element.MaxCode - type.Quant.ZeroPoint);

    /// <summary>Rounds one layer, given the moments of its inputs.</summary>
    internal static LayerQuantization RoundLayer(QuantizedNetwork network, LinearLayer layer, LayerWidths widths, InputMoments[] moments, QuantizerOptions options) =>
        Round(network, layer, widths, moments, options).FittingBias(network.Activations[layer.X].Quant.Scale);

    private static LayerQuantization Round(QuantizedNetwork network, LinearLayer layer, LayerWidths widths, InputMoments[] moments, QuantizerOptions options)
    {
        var weights = FloatWeights.ToMatrix(layer, network.Graph[layer.W].Constant!.Floats);
        var bias = FloatWeights.Bias(network.Graph, layer);
        var rounder = RoundingMethods.Create(widths, Factors(network.Activations[layer.X]), options.Seed);
        var rule = RoundingMethods.Find(widths.Method)!.Scales ?? options.WeightScales;
        // Every group, and every channel of a depthwise layer, is a problem of its own, with its own inputs; what is common to all is chosen over all of them.
        var common = options.PerTensorWeights || rule is WeightScaleRule.Gpfq or WeightScaleRule.PowerOfTwo;
        var (sets, rows) = (moments.Length, weights.Rows / moments.Length);
        var whole = common && sets > 1 ? WeightGrids.Choose(rule, weights, widths.WeightBits, perTensor: true) : null;
        var codes = new WeightCodes(weights.Rows, weights.Columns);
        var scales = new double[weights.Rows];
        for (var first = 0; first < weights.Rows; first += rows)
        {
            var part = new Matrix(rows, weights.Columns, weights.Elements.AsSpan(first * weights.Columns, rows * weights.Columns).ToArray());
            var rounded = RoundRows(part, bias.AsSpan(first, rows), rounder, moments[first / rows], options,
                importance => whole is null ? WeightGrids.Choose(rule, part, widths.WeightBits, importance, options.PerTensorWeights) : whole.WithScales([.. whole.Scales.Skip(first).Take(rows)]), !common);
            rounded.Codes.Elements.CopyTo(codes.Elements, first * weights.Columns);
            rounded.Grid.Scales.CopyTo(scales, first);
            rounded.Bias.CopyTo(bias, first);
        }
        return new(codes, new WeightGrid(widths.WeightBits, [.. scales]), [.. bias]);
    }

    private static LayerQuantization RoundRows(
        Matrix weights, Span<double> bias, IWeightRounder rounder, InputMoments moments, QuantizerOptions options, Func<double[], WeightGrid> choose, bool ownScales)
    {
        var (gram, cross) = moments.ToMatrices(options.BiasCorrection);
        var importance = new double[weights.Columns];
        for (var k = 0; k < importance.Length; k++)
            importance[k] = gram[k, k];
        var grid = choose(importance);
        var problem = new WeightProblem(weights, grid, gram, cross);
        WeightCodes codes;
        if (rounder is CoordinateDescent descent && ownScales)
            (codes, grid) = descent.RoundWithScales(problem);
        else
            codes = rounder.Round(problem);
        if (options.BiasCorrection)
        {
            var q = codes.Dequantized(grid);
            for (var r = 0; r < weights.Rows; r++)
                bias[r] += (Matrix.Dot(weights.Row(r), moments.SumFloat) - Matrix.Dot(q.Row(r), moments.SumQuantized)) / moments.Count;
        }
        return new(codes, grid, [.. bias]);
    }
}
