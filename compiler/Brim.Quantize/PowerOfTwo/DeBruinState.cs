using System.Collections.Immutable;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Quantize.Calibration;
using Brim.Quantize.Data;
using Brim.Quantize.Evaluation;
using Brim.Quantize.Networks;
using Brim.Quantize.Weights;

namespace Brim.Quantize.PowerOfTwo;

/// <summary>A network some of whose layers are decided, and what the next one could be.</summary>
internal sealed class DeBruinState
{
    private readonly Graph _graph;
    private readonly DeBruinOptions _search;
    private readonly QuantizerOptions _options;
    private readonly ActivationTypes _types;
    private readonly ImmutableDictionary<int, ActivationHistogram> _histograms;
    private readonly ImmutableSortedDictionary<int, string> _names;
    private readonly Dictionary<int, double> _largestSums; // observed, by the id of the layer's result
    private QuantizedNetwork _network;

    public DeBruinState(Graph graph, DeBruinOptions search, DataSource data, QuantizerOptions options)
    {
        (_graph, _search, _options) = (graph, search, options);
        _types = new ActivationTypes(graph);
        _histograms = ActivationTypes.Observe(graph, [.. _types.Values], data);
        _names = LayerNames.Of(graph);
        _largestSums = search.Range == RangeEvidence.Observed ? ObserveSums(graph, data) : [];
        _network = new QuantizedNetwork(graph, ImmutableDictionary<int, FakeQuantizer>.Empty, ImmutableSortedDictionary<int, LayerQuantization>.Empty);
        if (options.Input is { } input)
            _network = _network with { Activations = Typed(graph.Inputs[0], new FakeQuantizer(input.Element, input.Quant)) };
    }

    /// <summary>All layers in the order of the graph.</summary>
    public IEnumerable<LinearLayer> Layers => _graph.Nodes.Where(n => _names.ContainsKey(n.Output)).Select(n => LinearLayer.TryMake(_graph, n)!);

    public string NameOf(LinearLayer layer) => _names[layer.Node.Output];

    /// <summary>A layer that the search leaves as it is; rounded to nearest here, which is close enough to judge the others by.</summary>
    public DeBruinTrial Kept(LinearLayer layer, LayerWidths widths)
    {
        var (element, quant) = _options.Calibrator.Calibrate(_types.HistogramOf(layer.X, _histograms), widths.ActivationBits);
        var weights = FloatWeights.ToMatrix(layer, _graph[layer.W].Constant!.Floats);
        var grid = WeightGrids.MeanSquare(weights, widths.WeightBits);
        var codes = new Rtn().Round(new WeightProblem(weights, grid, new LinearAlgebra.Matrix(weights.Columns, weights.Columns)));
        return new(_network.Activations.GetValueOrDefault(layer.X) ?? new FakeQuantizer(element, quant), FixedPointFormat.For(1, widths.WeightBits, true),
            new(codes, grid, [.. FloatWeights.Bias(_graph, layer)]));
    }

    /// <summary>All ways to quantize a layer within the accumulator, the finest data first.</summary>
    public IEnumerable<DeBruinTrial> Trials(LinearLayer layer)
    {
        var histogram = _types.HistogramOf(layer.X, _histograms);
        var weights = FloatWeights.ToMatrix(layer, _graph[layer.W].Constant!.Floats);
        var problem = new DeBruinLayer(weights, [.. FloatWeights.Bias(_graph, layer)], Math.Min(histogram.Min, 0), Math.Max(histogram.Max, 0));
        var largest = _largestSums.TryGetValue(layer.Node.Output, out var observed) ? observed : problem.LargestSum(_search.Range);
        // A value that an earlier layer reads too, or whose type is given, has its type already: only the weights are free.
        var trials = _network.Activations.TryGetValue(layer.X, out var type)
            ? [(type, FixedPointFormat.For(weights.Elements.Max(Math.Abs), _search.MaxBits, true))]
            : problem.Candidates(_search.AccumulatorBits, largest, _search.MinBits, _search.MaxBits)
                .Select(c => (Data: new FakeQuantizer(c.DataElement, QuantParams.PerTensor(c.Data.Scale)), c.Weights));
        foreach (var (data, format) in trials)
        {
            if (Rounded(problem, data, format, largest) is var (codes, final))
                yield return new(data, final, new(codes, new WeightGrid(final.Bits, [.. Enumerable.Repeat(final.Scale, codes.Rows)]), problem.Bias));
        }
    }

    /// <summary>The network with one more layer quantized; what is not decided computes in floats.</summary>
    public GraphEvaluator Simulate(LinearLayer layer, DeBruinTrial trial) => With(layer, trial).Simulate();

    /// <summary>Decides a layer.</summary>
    public void Take(LinearLayer layer, DeBruinTrial trial) => _network = With(layer, trial);

    private QuantizedNetwork With(LinearLayer layer, DeBruinTrial trial) => _network with
    {
        Activations = Typed(layer.X, trial.Data),
        Layers = _network.Layers.SetItem(layer.Node.Output, trial.Quantization),
    };

    private ImmutableDictionary<int, FakeQuantizer> Typed(int id, FakeQuantizer type) =>
        _network.Activations.SetItems(_types.Values.Where(v => _types.GroupOf(v) == _types.GroupOf(id)).Select(v => KeyValuePair.Create(v, type)));

    private (WeightCodes Codes, FixedPointFormat Format)? Rounded(DeBruinLayer problem, FakeQuantizer data, FixedPointFormat format, double largest)
    {
        if (_search.Range != RangeEvidence.Observed)
            return problem.RoundSafely(format, GraphQuantizer.Factors(data), data.Quant.Scale, _search.AccumulatorBits, _search.MinBits);
        // What was seen fits; nothing is proved.
        while (largest / (data.Quant.Scale * format.Scale) >= Math.ScaleB(1, _search.AccumulatorBits - 1))
            format = format with { FractionBits = format.FractionBits - 1 };
        return format.Bits >= _search.MinBits ? (problem.Round(format), format) : null;
    }

    /// <summary>The largest magnitude of each layer's sums on the data, bias included, before any clamp.</summary>
    private static Dictionary<int, double> ObserveSums(Graph graph, DataSource data)
    {
        var editor = new GraphEditor(graph);
        var sums = new Dictionary<int, int>();
        foreach (var node in graph.Nodes.Where(n => LinearLayer.TryMake(graph, n) is not null))
        {
            Op bare = node.Op switch
            {
                Conv2D c => c with { Activation = Activation.None },
                DepthwiseConv2D d => d with { Activation = Activation.None },
                var op => (FullyConnected)op with { Activation = Activation.None },
            };
            sums[node.Output] = editor.AddNode(bare, node.Inputs.AsSpan(), graph.TypeOf(node.Output), node.Name + "/sum", node.Location);
        }
        foreach (var id in sums.Values)
            editor.AddOutput(id);
        var histograms = ActivationTypes.Observe(editor.ToGraph(), [.. sums.Values], data);
        return sums.ToDictionary(p => p.Key, p => Math.Max(-histograms[p.Value].Min, histograms[p.Value].Max));
    }
}
