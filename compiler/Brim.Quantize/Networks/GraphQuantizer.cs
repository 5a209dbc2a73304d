using System.Collections.Immutable;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Quantize.Accumulators;
using Brim.Quantize.Data;
using Brim.Quantize.Evaluation;
using Brim.Quantize.LinearAlgebra;
using Brim.Quantize.Weights;

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
        var prepared = FloatGraphPreparation.Prepare(graph);
        progress?.Report(new("calibrating", 0, 1));
        if (options.Equalization > 0)
            prepared = CrossLayerEqualization.Run(prepared, data, options.Equalization, cancellation);
        var types = new ActivationTypes(prepared);
        var histograms = ActivationTypes.Observe(prepared, [.. types.Values], data, cancellation);
        var network = new QuantizedNetwork(prepared, types.Choose(widths, options, histograms), ImmutableSortedDictionary<int, LayerQuantization>.Empty);
        return RoundLayers(network, widths, data, options, false, progress, cancellation);
    }

    /// <summary>Rounds all layers of a network whose activation types are chosen.</summary>
    /// <param name="network">The network; layers that are quantized already are done again.</param>
    /// <param name="widths">Widths and methods of the layers.</param>
    /// <param name="data">Calibration samples.</param>
    /// <param name="options">Other settings.</param>
    /// <param name="adapted">True if the real weights were trained for rounded activations, so that these and not the float ones are the layers' true inputs.</param>
    /// <param name="progress">Told of each layer.</param>
    /// <param name="cancellation">Stops between samples and layers.</param>
    /// <exception cref="OperationCanceledException">On cancellation.</exception>
    public static QuantizedNetwork RoundLayers(
        QuantizedNetwork network, WidthAssignment widths, DataSource data, QuantizerOptions options, bool adapted = false,
        IProgress<QuantizationProgress>? progress = null, CancellationToken cancellation = default)
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
            var quantized = RoundLayer(network, layer, widths[names[node.Output]], moments, options);
            network = network with { Layers = network.Layers.SetItem(node.Output, quantized) };
        }
        return network;
    }

    /// <summary>Rounds one layer, given the moments of its inputs.</summary>
    internal static LayerQuantization RoundLayer(QuantizedNetwork network, LinearLayer layer, LayerWidths widths, InputMoments[] moments, QuantizerOptions options)
    {
        var weights = FloatWeights.ToMatrix(layer, network.Graph[layer.W].Constant!.Floats);
        var bias = FloatWeights.Bias(network.Graph, layer);
        var type = network.Activations[layer.X];
        var factors = new IntegerRange(type.Element.MinCode - type.Quant.ZeroPoint, type.Element.MaxCode - type.Quant.ZeroPoint);
        var rounder = RoundingMethods.Create(widths, factors.Min < 0, factors, options.Seed);
        if (!layer.IsDepthwise)
            return RoundRows(weights, bias, widths.WeightBits, rounder, moments[0], options);
        // Every channel of a depthwise layer is a problem of its own, with its own inputs.
        var codes = new WeightCodes(weights.Rows, weights.Columns);
        var scales = new double[weights.Rows];
        var perTensor = options.PerTensorWeights ? WeightGrids.MaxAbs(weights, widths.WeightBits, true) : null;
        for (var r = 0; r < weights.Rows; r++)
        {
            var row = new Matrix(1, weights.Columns, weights.Row(r).ToArray());
            var single = RoundRows(row, bias.AsSpan(r, 1), widths.WeightBits, rounder, moments[r], options, perTensor?.Scales[r]);
            single.Codes.Row(0).CopyTo(codes.Row(r));
            (scales[r], bias[r]) = (single.Grid.Scales[0], single.Bias[0]);
        }
        return new(codes, new WeightGrid(widths.WeightBits, [.. scales]), [.. bias]);
    }

    private static LayerQuantization RoundRows(Matrix weights, Span<double> bias, int bits, IWeightRounder rounder, InputMoments moments, QuantizerOptions options, double? scale = null)
    {
        var (gram, cross) = moments.ToMatrices(options.BiasCorrection);
        var importance = new double[weights.Columns];
        for (var k = 0; k < importance.Length; k++)
            importance[k] = gram[k, k];
        var grid = scale is { } s ? new WeightGrid(bits, [.. Enumerable.Repeat(s, weights.Rows)])
            : options.MaxAbsWeights ? WeightGrids.MaxAbs(weights, bits, options.PerTensorWeights)
            : WeightGrids.MeanSquare(weights, bits, importance, options.PerTensorWeights);
        var problem = new WeightProblem(weights, grid, gram, cross);
        WeightCodes codes;
        if (rounder is CoordinateDescent descent && !options.PerTensorWeights)
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
