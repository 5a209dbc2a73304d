using System.Collections.Immutable;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Quantize.Accumulators;
using Brim.Quantize.Data;
using Brim.Quantize.Evaluation;
using Brim.Quantize.Networks;

namespace Brim.Quantize.Search;

/// <summary>
/// How much each layer's widths matter, measured once: for every width of a layer's weights, and for every width of the activations it reads,
/// the divergence of the network's output (<see cref="OutputDivergence"/>) when nothing else is rounded. Errors of different places are
/// nearly independent, so that the sum predicts the network's divergence as long as it is small.
/// </summary>
public static class WidthSensitivities
{
    /// <summary>Measures a network.</summary>
    /// <param name="graph">A float graph of batch 1 with one input.</param>
    /// <param name="data">Calibration samples; labels are not read.</param>
    /// <param name="quantizer">How layers are rounded.</param>
    /// <param name="options">What to measure.</param>
    /// <param name="diagnostics">Receives BRIM3003, BRIM3010, BRIM3011.</param>
    /// <param name="progress">Told of each measurement.</param>
    /// <param name="cancellation">Stops between samples.</param>
    /// <returns>The units in the order of the graph; null after an error.</returns>
    public static ImmutableArray<SearchUnit>? Measure(
        Graph graph, DataSource data, QuantizerOptions quantizer, WidthSearchOptions options, DiagnosticBag diagnostics,
        IProgress<QuantizationProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(quantizer);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(diagnostics);
        if (!QuantizabilityCheck.Run(graph, Uniform(options.MostWeightBits, options.MostActivationBits), data, diagnostics)
            || !QuantizabilityCheck.Run(graph, Uniform(options.LeastWeightBits, options.LeastActivationBits), data, diagnostics))
        {
            return null;
        }
        var prepared = FloatGraphPreparation.Prepare(graph);
        if (quantizer.Equalization > 0)
            prepared = CrossLayerEqualization.Run(prepared, data, quantizer.Equalization, cancellation);
        return new Measurement(prepared, data, quantizer, options, progress, cancellation).Run();

        WidthAssignment Uniform(int weights, int activations) => new(new LayerWidths(weights, activations, options.Method, options.AccumulatorBits), ImmutableSortedDictionary<string, LayerWidths>.Empty);
    }

    private sealed class Measurement
    {
        private readonly Graph _graph;
        private readonly DataSource _data;
        private readonly QuantizerOptions _quantizer;
        private readonly WidthSearchOptions _options;
        private readonly IProgress<QuantizationProgress>? _progress;
        private readonly CancellationToken _cancellation;
        private readonly OutputDivergence _divergence;
        private readonly ActivationTypes _types;
        private readonly ImmutableArray<SearchLayer> _layers;

        // By width of the activations: the types of all values. The network's input keeps the width of its data at any.
        private readonly ImmutableSortedDictionary<int, ImmutableDictionary<int, FakeQuantizer>> _activations;
        private int _done;

        public Measurement(Graph graph, DataSource data, QuantizerOptions quantizer, WidthSearchOptions options, IProgress<QuantizationProgress>? progress, CancellationToken cancellation)
        {
            (_graph, _data, _quantizer, _options, _progress, _cancellation) = (graph, data, quantizer, options, progress, cancellation);
            _divergence = new OutputDivergence(graph, data.Take(options.ProbeSamples, quantizer.Seed), cancellation);
            _types = new ActivationTypes(graph);
            _layers = SearchLayer.Of(graph);
            var histograms = ActivationTypes.Observe(graph, [.. _types.Values], data, cancellation);
            _activations = Enumerable.Range(options.LeastActivationBits, options.MostActivationBits - options.LeastActivationBits + 1)
                .ToImmutableSortedDictionary(bits => bits, bits => _types.Choose(new(new LayerWidths(8, bits, options.Method), ImmutableSortedDictionary<string, LayerWidths>.Empty), quantizer, histograms));
        }

        public ImmutableArray<SearchUnit> Run() =>
            [.. _layers.GroupBy(l => _types.GroupOf(l.Input)).Select(unit => new SearchUnit(
                [.. unit],
                [.. unit.Select(l => Candidates(l).ToImmutableArray())],
                WidthsOf(unit.Key).ToImmutableSortedDictionary(b => b, b => ActivationError(unit.Key, b))))];

        /// <summary>The widths that activations can have: one alone where the data decide.</summary>
        private IEnumerable<int> WidthsOf(int group) => _activations.GroupBy(a => a.Value[group].Element.Bits).Select(g => g.Key);

        private FakeQuantizer TypeOf(int id, int bits) => _activations.Values.Select(a => a[id]).First(t => t.Element.Bits == bits);

        private double ActivationError(int group, int bits)
        {
            var rounded = _types.Values.Where(id => _types.GroupOf(id) == group).ToImmutableDictionary(id => id, id => TypeOf(id, bits));
            Report();
            return _divergence.Measure(new GraphEvaluator(_graph, [_divergence.Output], rounded), _cancellation).Divergence;
        }

        private List<LayerCandidate> Candidates(SearchLayer layer)
        {
            var node = _graph.Nodes.Single(n => n.Output == layer.Output);
            var linear = LinearLayer.TryMake(_graph, node)!;
            var evaluator = new GraphEvaluator(_graph, [linear.X]);
            var moments = InputMoments.Observe(linear, evaluator, evaluator, _data, _quantizer.PatchesPerSample, _quantizer.Seed, _cancellation);
            var widths = WidthsOf(_types.GroupOf(layer.Input)).ToArray();
            var free = Enumerable.Range(_options.LeastWeightBits, _options.MostWeightBits - _options.LeastWeightBits + 1)
                .Select(bits => (Bits: bits, Rounded: Round(new LayerWidths(bits, widths[^1], _options.Method))))
                .Select(f => (f.Bits, f.Rounded, Error: WeightError(layer, f.Rounded)))
                .ToArray();
            var candidates = new List<LayerCandidate>();
            foreach (var activationBits in widths)
            {
                foreach (var (bits, rounded, error) in free)
                {
                    var need = AccumulatorBits(rounded, activationBits);
                    if (_options.AccumulatorBits is not { } limit)
                    {
                        candidates.Add(new(new LayerWidths(bits, activationBits, _options.Method), error, need));
                        continue;
                    }
                    var bounded = new LayerWidths(bits, activationBits, _options.Method, limit);
                    if (need <= limit)
                    {
                        candidates.Add(new(bounded, error, need));
                        continue;
                    }
                    // The first width that does not fit by itself is made to; wider ones would be cut to nearly the same codes.
                    var forced = Round(bounded);
                    candidates.Add(new(bounded, WeightError(layer, forced), AccumulatorBits(forced, activationBits)));
                    break;
                }
            }
            return candidates;

            LayerQuantization Round(LayerWidths w) => GraphQuantizer.RoundLayer(Network(w.ActivationBits), linear, w, moments, _quantizer);

            int AccumulatorBits(LayerQuantization rounded, int activationBits)
            {
                var type = TypeOf(layer.Input, activationBits);
                var factors = new IntegerRange(type.Element.MinCode - type.Quant.ZeroPoint, type.Element.MaxCode - type.Quant.ZeroPoint);
                return Enumerable.Range(0, rounded.Codes.Rows).Max(r => AccumulatorBounds.ExactBits(rounded.Codes.Row(r), factors));
            }

            QuantizedNetwork Network(int activationBits) => new(_graph,
                ImmutableDictionary<int, FakeQuantizer>.Empty.Add(layer.Input, TypeOf(layer.Input, activationBits)), ImmutableSortedDictionary<int, LayerQuantization>.Empty);
        }

        private double WeightError(SearchLayer layer, LayerQuantization rounded)
        {
            var network = new QuantizedNetwork(_graph, ImmutableDictionary<int, FakeQuantizer>.Empty, ImmutableSortedDictionary<int, LayerQuantization>.Empty.Add(layer.Output, rounded));
            Report();
            return _divergence.Measure(network.Simulate([_divergence.Output]), _cancellation).Divergence;
        }

        private void Report()
        {
            var weightWidths = _options.MostWeightBits - _options.LeastWeightBits + 1 + (_options.AccumulatorBits is null ? 0 : _activations.Count);
            _progress?.Report(new("measuring sensitivities", ++_done, _layers.Length * (weightWidths + _activations.Count)));
        }
    }
}
