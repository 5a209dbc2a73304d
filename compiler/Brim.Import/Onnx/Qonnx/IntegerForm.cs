using System.Collections.Immutable;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Import.Onnx.Qonnx;

/// <summary>
/// Turns a float graph with quantizations into an integer one: an operator between <see cref="Dequantize"/> and <see cref="Quantize"/>
/// computes on codes. In files that this compiler wrote every operator does, as the graph did that was written; in files with QuantizeLinear every one that
/// has an integer form (<see cref="LinearOperator"/>). In others a layer does only where its codes are exactly those of the real arithmetic
/// (<see cref="ExactLayer"/>), and operators that move elements.
/// </summary>
internal sealed class IntegerForm
{
    private readonly Graph _graph;
    private readonly OnnxSession _session;
    private readonly IReadOnlyDictionary<int, Tensor> _constantCodes;
    private readonly BrimMetadata _metadata;
    private readonly IntegerConvention _convention;
    private readonly DiagnosticBag _diagnostics;
    private readonly ImmutableArray<bool> _codeOutputs;
    private readonly GraphEditor _editor;
    private readonly ILookup<int, Node> _consumers;
    private readonly ImmutableDictionary<int, Node> _producers;
    private readonly Dictionary<int, int> _codes = []; // value of codes in the graph read -> in the new graph
    private readonly Dictionary<int, int> _coded = []; // float value -> its codes in the new graph
    private readonly Dictionary<int, int> _floats = []; // float value -> itself in the new graph
    private readonly Dictionary<int, PendingLayer> _pending = [];

    private IntegerForm(Graph graph, OnnxSession session, ImmutableArray<bool> codeOutputs)
    {
        (_graph, _session, _codeOutputs) = (graph, session, codeOutputs);
        (_constantCodes, _metadata, _diagnostics) = (session.CodesOf, session.Metadata, session.Diagnostics);
        _convention = _metadata.IsInteger ? IntegerConvention.Written : session.HasLinearCodes ? IntegerConvention.Linear : IntegerConvention.Real;
        _editor = new GraphEditor(graph.Name) { Phase = _metadata.IsInteger ? GraphPhase.Quantized : graph.Phase };
        (_consumers, _producers) = (graph.Consumers(), graph.Producers());
    }

    /// <summary>The integer form; the graph itself if it quantizes nothing.</summary>
    /// <param name="graph">A float graph with quantizations.</param>
    /// <param name="session">What the import knows beside the graph; its diagnostics receive BRIM1106, BRIM1107 and BRIM1109.</param>
    /// <param name="codeOutputs">For each output, whether its codes are the output and not their real values.</param>
    public static Graph Run(Graph graph, OnnxSession session, ImmutableArray<bool> codeOutputs)
    {
        var result = session.CodesOf.Count == 0 && !graph.Nodes.Any(n => n.Op is Quantize or Dequantize)
            ? graph
            : new IntegerForm(graph, session, codeOutputs).Run();
        foreach (var node in result.Nodes.Where(n => n.Op is WindowBits or WindowBitPairs && result.TypeOf(n.Output).Element.IsFloat))
            session.Diagnostics.Report(ImportDiagnostics.BadQuantNode, node.Location, "windows of bits are defined on codes, and the operand is not quantized");
        return result;
    }

    private Graph Run()
    {
        foreach (var id in _graph.Inputs)
            AddInput(id);
        foreach (var node in _graph.Nodes)
        {
            switch (node.Op)
            {
                case Quantize when !_codes.ContainsKey(node.Output):
                    _codes[node.Output] = QuantizedTo(node);
                    break;
                case Quantize:
                    break;
                case Dequantize:
                    _coded[node.Output] = _codes[node.Inputs[0]];
                    break;
                default:
                    if (!Move(node))
                        _pending[node.Output] = Continue(node) ?? new PendingLayer(node);
                    break;
            }
        }
        for (var i = 0; i < _graph.Outputs.Length; i++)
            _editor.AddOutput(_codeOutputs[i] && _coded.TryGetValue(_graph.Outputs[i], out var codes) ? codes : Float(_graph.Outputs[i]));
        var result = _editor.ToGraph();
        ReportFloatLayers(result);
        return result;
    }

    private void AddInput(int id)
    {
        var value = _graph[id];
        if (value.Type.Quant is not null)
        {
            _codes[id] = _editor.AddInput(value.Name, value.Type);
            return;
        }
        var readers = _consumers[id].ToList();
        // Files of this compiler state codes at the interface as real numbers that are quantized at once.
        if (_metadata.IsCodes(value.Name) && readers.Count > 0 && readers.All(n => n.Op is Quantize && _graph.TypeOf(n.Output) == _graph.TypeOf(readers[0].Output)) && !_graph.Outputs.Contains(id))
        {
            var codes = _editor.AddInput(value.Name, _graph.TypeOf(readers[0].Output));
            foreach (var reader in readers)
                _codes[reader.Output] = codes;
        }
        else
        {
            _floats[id] = _editor.AddInput(value.Name, value.Type);
        }
    }

    private int QuantizedTo(Node node)
    {
        var (x, type) = (node.Inputs[0], _graph.TypeOf(node.Output));
        if (_coded.TryGetValue(x, out var codes))
        {
            var from = _editor[codes].Type;
            if (from.Element == type.Element && from.Quant!.Equals(type.Quant))
                return codes;
            if (_convention != IntegerConvention.Real)
                return _editor.AddNode(node.Op, [codes], type, node.Name, node.Location);
        }
        if (_pending.TryGetValue(x, out var layer))
        {
            var id = _convention switch
            {
                IntegerConvention.Written => IntegerOperator.TryAdd(this, layer, type),
                IntegerConvention.Linear => LinearOperator.TryAdd(this, layer, type),
                _ => ExactLayer.TryAdd(this, layer, type),
            };
            if (id is { } integer)
                return integer;
        }
        return _editor.AddNode(node.Op, [Float(x)], type, node.Name, node.Location);
    }

    // Operators that only move elements, or keep some of their bits, give codes of their operand's type.
    private bool Move(Node node)
    {
        if (node.Op is not (Reshape or Transpose or StridedSlice or MaxPool2D or Pad or Concat or WindowBits or WindowBitPairs) || !node.Inputs.All(_coded.ContainsKey))
            return false;
        int[] operands = [.. node.Inputs.Select(id => _coded[id])];
        var type = _editor[operands[0]].Type;
        if (operands.Any(id => _editor[id].Type is var t && (t.Element != type.Element || !t.Quant!.Equals(type.Quant))))
            return false;
        var op = node.Op;
        if (op is Pad pad)
        {
            var code = Math.Round(pad.PadValue / type.Quant!.Scale) + type.Quant.ZeroPoint;
            // A value between two codes cannot be padded with.
            if (code < type.Element.MinCode || code > type.Element.MaxCode || (float)((code - type.Quant.ZeroPoint) * (float)type.Quant.Scale) != (float)pad.PadValue)
                return false;
            op = pad with { PadValue = code };
        }
        _coded[node.Output] = _editor.AddNode(op, operands, type with { Shape = _graph.TypeOf(node.Output).Shape }, node.Name, node.Location);
        return true;
    }

    // A clamp, and in files of others a map of channels, behind a layer that nothing else reads, belongs to the layer.
    private PendingLayer? Continue(Node node)
    {
        var x = node.Inputs.FirstOrDefault(id => !_graph[id].IsConstant, Value.None);
        if (!_pending.TryGetValue(x, out var layer) || layer.Activation != Activation.None || _consumers[x].Count() != 1 || _graph.Outputs.Contains(x))
            return null;
        if (node.Op is UnaryActivation clamp)
            return layer with { Activation = clamp.Activation };
        return _convention == IntegerConvention.Real ? ExactLayer.Extend(_graph, layer, node, x) : null;
    }

    /// <summary>The graph to be.</summary>
    internal GraphEditor Editor => _editor;

    /// <summary>The graph that was read.</summary>
    internal Graph Source => _graph;

    /// <summary>How the accumulators of a layer become codes.</summary>
    internal Requantization RequantizationOf(Node node) =>
        _session.OperatorsOnCodes.Contains(node.Location) ? Requantization.OnnxFloat : _metadata.RequantizationOf(node.Name);

    /// <summary>The codes of a float value, as an id of the new graph; null if it has none.</summary>
    internal int? CodesOf(int id)
    {
        if (_coded.TryGetValue(id, out var codes))
            return codes;
        return _graph[id].IsConstant && _constantCodes.TryGetValue(id, out var constant) ? _editor.AddConstant(_graph[id].Name, constant) : null;
    }

    /// <summary>The codes of a constant; null if it has none.</summary>
    internal Tensor? ConstantCodesOf(int id) => _graph[id].IsConstant ? _constantCodes.GetValueOrDefault(id) : null;

    /// <summary>The float operator that computes a value, if it still waits for a quantization.</summary>
    internal Node? ProducerOf(int id) => _producers.GetValueOrDefault(id);

    // The float value itself, with all that it takes to compute it.
    private int Float(int id)
    {
        var open = new Stack<int>([id]);
        while (open.TryPeek(out var next))
        {
            if (_floats.ContainsKey(next))
            {
                open.Pop();
                continue;
            }
            if (_convention == IntegerConvention.Linear && _pending.TryGetValue(next, out var last) && LinearOperator.TryAddUnquantized(this, last) is { } result)
            {
                _coded[next] = result;
                _diagnostics.Report(ImportDiagnostics.ResultQuantizedByOperator, last.Node.Location, $"{last.Node.Op.Mnemonic} gives codes {_editor[result].Type}");
            }
            if (_graph[next].Constant is { } constant)
                _floats[next] = _editor.AddConstant(_graph[next].Name, constant);
            else if (_coded.TryGetValue(next, out var codes))
                _floats[next] = _editor.AddNode(new Dequantize(), [codes], _graph.TypeOf(next), _graph[next].Name, _producers[next].Location);
            else
            {
                var node = _producers[next];
                var missing = node.Inputs.Where(i => !_floats.ContainsKey(i)).ToList();
                if (missing.Count > 0)
                {
                    missing.ForEach(open.Push);
                    continue;
                }
                _floats[next] = _editor.AddNode(node.Op, [.. node.Inputs.Select(i => _floats[i])], _graph.TypeOf(next), node.Name, node.Location);
            }
        }
        return _floats[id];
    }

    private void ReportFloatLayers(Graph result)
    {
        var names = _graph.Nodes.Where(n => n.Inputs.Length > 1 && _constantCodes.ContainsKey(n.Inputs[1])).ToLookup(n => (n.Name, n.Location));
        foreach (var node in result.Nodes.Where(n => n.Op is Conv2D or DepthwiseConv2D or FullyConnected && result.TypeOf(n.Output).Element.IsFloat && names.Contains((n.Name, n.Location))))
            _diagnostics.Report(ImportDiagnostics.QuantizedLayerStaysFloat, node.Location, "no integer form of the layer gives exactly the codes that the model defines; it is computed in float");
        if (!_metadata.IsInteger && result.Nodes.FirstOrDefault(n => n.Op is Quantize && result.TypeOf(n.Inputs[0]).Element.IsFloat) is { } first)
            _diagnostics.Report(ImportDiagnostics.TiesAwayFromZero, first.Location, "floats half way between two codes are quantized away from zero, here and in the nodes that follow");
    }
}
