using System.Collections.Immutable;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Quantize.Calibration;
using Brim.Quantize.Data;
using Brim.Quantize.Evaluation;
using Brim.Quantize.PowerOfTwo;
using Brim.Quantize.Windows;

namespace Brim.Quantize.Networks;

/// <summary>
/// Chooses the integer type of every activation of a float graph, and of the constants that are added to activations or multiplied with them.
/// A value that is multiplied by weights has the width of the widest layer that reads it; a value that is only added, pooled or put out has
/// 8 bits, as that costs no multiplier and no lane.
/// </summary>
internal sealed class ActivationTypes
{
    private const int WideBits = 8;

    private readonly Graph _graph;
    private readonly ImmutableSortedDictionary<int, string> _names;
    private readonly Dictionary<int, int> _group = []; // value -> representative of the values that must share a type

    public ActivationTypes(Graph graph)
    {
        (_graph, _names) = (graph, LayerNames.Of(graph));
        foreach (var id in graph.Inputs.Concat(graph.Nodes.SelectMany(n => n.Outputs)).Concat(graph.Nodes.SelectMany(n => ConstantOperands(graph, n))))
            _group[id] = id;
        foreach (var node in graph.Nodes.Where(n => KeepsType(n.Op)))
        {
            foreach (var id in node.Inputs)
                Tie(id, node.Output);
        }
    }

    /// <summary>True for operators whose results have the type of their operands.</summary>
    public static bool KeepsType(Op op) => op is Reshape or Transpose or Pad or StridedSlice or Pool2D or Concat or WindowBits or WindowBitPairs;

    /// <summary>True for operators that define the quantization of their results.</summary>
    public static bool HasDefinedType(Op op) => op is Softmax or Logistic or Tanh;

    /// <summary>Values that need statistics of their own.</summary>
    public IEnumerable<int> Values => _group.Keys.Order();

    /// <summary>Constant operands of a node that become codes without being weights.</summary>
    public static IEnumerable<int> ConstantOperands(Graph graph, Node node) => node.Op is BinaryElementwise or Concat ? node.Inputs.Where(id => graph[id].IsConstant) : [];

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

    /// <summary>The type of every value.</summary>
    public ImmutableDictionary<int, FakeQuantizer> Choose(WidthAssignment widths, QuantizerOptions options, ImmutableDictionary<int, ActivationHistogram> histograms)
    {
        var readers = _graph.Nodes.Where(n => _names.ContainsKey(n.Output)).ToLookup(n => Find(n.Inputs[0]), n => widths[_names[n.Output]]);
        var fixedPoint = FixedPointGroups(widths);
        var types = new Dictionary<int, FakeQuantizer>();
        foreach (var members in _group.Keys.GroupBy(Find))
        {
            var bits = readers[members.Key].Select(w => w.ActivationBits).DefaultIfEmpty(WideBits).Max();
            var merged = Merged(members, histograms);
            // SPARQ's scale; its windows presume a zero point of 0.
            var calibrator = readers[members.Key].Any(w => RoundingMethods.Find(w.Method)?.Window is not null) ? new ActivationCalibrator(RangeRule.MeanMaximum) : options.Calibrator;
            var (element, quant) = fixedPoint.Contains(members.Key) ? FixedPoint(merged, bits) : calibrator.Calibrate(merged, bits);
            types[members.Key] = new FakeQuantizer(element, quant);
        }
        if (options.Input is { } input)
            types[Find(_graph.Inputs[0])] = new FakeQuantizer(input.Element, input.Quant);
        foreach (var node in _graph.Nodes.Where(n => HasDefinedType(n.Op)))
        {
            var element = ElementType.Signed(readers[Find(node.Output)].Select(w => w.ActivationBits).DefaultIfEmpty(WideBits).Max());
            types[Find(node.Output)] = new FakeQuantizer(element, node.Op is Tanh
                ? QuantParams.PerTensor(Math.ScaleB(1, 1 - element.Bits))
                : QuantParams.PerTensor(Math.ScaleB(1, -element.Bits), (int)element.MinCode));
        }
        var result = _group.Keys.ToImmutableDictionary(id => id, id => types[Find(id)]).ToBuilder();
        foreach (var node in _graph.Nodes.Where(n => n.Op is WindowBits or WindowBitPairs))
        {
            var type = new TensorType(result[node.Output].Element, _graph.TypeOf(node.Output).Shape, result[node.Output].Quant);
            result[node.Output] = result[node.Output] with { Windows = CodeWindows.Of(node.Op, type) };
        }
        return result.ToImmutable();
    }

    /// <summary>Representative of the values that share a value's type.</summary>
    public int GroupOf(int id) => Find(id);

    /// <summary>The values a layer's input takes, together with all that share its type.</summary>
    public ActivationHistogram HistogramOf(int id, ImmutableDictionary<int, ActivationHistogram> histograms) =>
        Merged(_group.Keys.Where(k => Find(k) == Find(id)), histograms);

    // Around a layer of powers of two, its input and its result; the whole network if all layers are such.
    private HashSet<int> FixedPointGroups(WidthAssignment widths)
    {
        var layers = _graph.Nodes.Where(n => _names.ContainsKey(n.Output) && widths[_names[n.Output]].Method == RoundingMethods.DeBruin).ToArray();
        return layers.Length == _names.Count ? [.. _group.Keys.Select(Find)] : [.. layers.SelectMany(n => (int[])[Find(n.Inputs[0]), Find(n.Output)])];
    }

    private static (ElementType Element, QuantParams Quant) FixedPoint(ActivationHistogram histogram, int bits)
    {
        var isSigned = histogram.Min < 0;
        var format = FixedPointFormat.For(Math.Max(-histogram.Min, histogram.Max), bits, isSigned);
        return (isSigned ? ElementType.Signed(bits) : ElementType.Unsigned(bits), QuantParams.PerTensor(format.Scale));
    }

    private static ActivationHistogram Merged(IEnumerable<int> members, ImmutableDictionary<int, ActivationHistogram> histograms)
    {
        var merged = new ActivationHistogram();
        foreach (var id in members)
            merged.Add(histograms[id]);
        return merged;
    }

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
