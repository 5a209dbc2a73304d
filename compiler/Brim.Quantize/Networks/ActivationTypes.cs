using System.Collections.Immutable;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Quantize.Calibration;
using Brim.Quantize.Data;
using Brim.Quantize.Evaluation;

namespace Brim.Quantize.Networks;

/// <summary>
/// Chooses the integer type of every activation of a float graph. A value that is multiplied by weights has the width of the widest layer
/// that reads it; a value that is only added, pooled or put out has 8 bits, as that costs no multiplier and no lane.
/// </summary>
internal sealed class ActivationTypes
{
    private const int WideBits = 8;

    private readonly Graph _graph;
    private readonly Dictionary<int, int> _group = []; // value -> representative of the values that must share a type

    public ActivationTypes(Graph graph)
    {
        _graph = graph;
        foreach (var id in graph.Inputs.Concat(graph.Nodes.SelectMany(n => n.Outputs)))
            _group[id] = id;
        foreach (var node in graph.Nodes.Where(n => KeepsType(n.Op)))
        {
            foreach (var id in node.Inputs.Where(_group.ContainsKey))
                Tie(id, node.Output);
        }
    }

    /// <summary>Activations that need statistics of their own.</summary>
    public IEnumerable<int> Values => _group.Keys.Order();

    /// <summary>Streams the calibration data through the float graph into one histogram for each value.</summary>
    public static ImmutableDictionary<int, ActivationHistogram> Observe(Graph graph, IReadOnlyCollection<int> values, DataSource data, CancellationToken cancellation = default)
    {
        var lanes = Enumerable.Range(0, SampleLoop.Lanes).Select(_ => values.ToDictionary(id => id, _ => new ActivationHistogram())).ToArray();
        SampleLoop.Run([new GraphEvaluator(graph, values)], data, (lane, _, sessions) =>
        {
            foreach (var id in values)
                lanes[lane][id].Add(sessions[0].Floats(id));
        }, cancellation);
        foreach (var lane in lanes.Skip(1))
        {
            foreach (var (id, histogram) in lane)
                lanes[0][id].Add(histogram);
        }
        return lanes[0].ToImmutableDictionary();
    }

    /// <summary>The type of every activation.</summary>
    public ImmutableDictionary<int, FakeQuantizer> Choose(WidthAssignment widths, QuantizerOptions options, ImmutableDictionary<int, ActivationHistogram> histograms)
    {
        var names = LayerNames.Of(_graph);
        var bits = new Dictionary<int, int>();
        foreach (var node in _graph.Nodes.Where(n => names.ContainsKey(n.Output)))
        {
            var group = Find(node.Inputs[0]);
            bits[group] = Math.Max(bits.GetValueOrDefault(group), widths[names[node.Output]].ActivationBits);
        }
        var types = new Dictionary<int, FakeQuantizer>();
        foreach (var members in _group.Keys.GroupBy(Find))
        {
            var merged = new ActivationHistogram();
            foreach (var id in members)
                merged.Add(histograms[id]);
            var (element, quant) = options.Calibrator.Calibrate(merged, bits.GetValueOrDefault(members.Key, WideBits));
            types[members.Key] = new FakeQuantizer(element, quant);
        }
        if (options.Input is { } input)
            types[Find(_graph.Inputs[0])] = new FakeQuantizer(input.Element, input.Quant);
        foreach (var node in _graph.Nodes)
        {
            // Results whose quantization the operator defines.
            if (node.Op is Softmax or Logistic)
                types[Find(node.Output)] = new FakeQuantizer(ElementType.Int8, QuantParams.PerTensor(1.0 / 256, -128));
            else if (node.Op is Tanh)
                types[Find(node.Output)] = new FakeQuantizer(ElementType.Int8, QuantParams.PerTensor(1.0 / 128));
        }
        return _group.Keys.ToImmutableDictionary(id => id, id => types[Find(id)]);
    }

    /// <summary>Representative of the values that share a value's type.</summary>
    public int GroupOf(int id) => Find(id);

    private static bool KeepsType(Op op) => op is Reshape or Transpose or Pad or StridedSlice or Pool2D or Concat;

    private int Find(int id)
    {
        while (_group[id] != id)
            id = _group[id];
        return id;
    }

    private void Tie(int a, int b)
    {
        var (x, y) = (Find(a), Find(b));
        _group[Math.Max(x, y)] = Math.Min(x, y);
    }
}
