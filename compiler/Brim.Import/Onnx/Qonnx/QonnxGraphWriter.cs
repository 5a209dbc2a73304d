using System.Collections.Immutable;
using System.Globalization;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;

namespace Brim.Import.Onnx.Qonnx;

/// <summary>Writes one graph. Every value of four dimensions is NCHW in the file; operators that do not mind see it as it is stored.</summary>
internal sealed partial class QonnxGraphWriter
{
    private static readonly int[] ToNhwc = [0, 2, 3, 1];
    private static readonly int[] ToNchw = [0, 3, 1, 2];

    private readonly Graph _graph;
    private readonly OnnxFileBuilder _file;
    private readonly Dictionary<int, string> _names = [];
    private readonly Dictionary<int, string> _stored = [];

    public QonnxGraphWriter(Graph graph)
    {
        _graph = graph;
        _file = new OnnxFileBuilder(graph.Name);
    }

    public byte[] Write()
    {
        _file.AddMetadata(BrimMetadata.ArithmeticKey, BrimMetadata.Integer);
        // Interface names come first, so that no other value takes them.
        var outputs = new HashSet<string>(StringComparer.Ordinal);
        foreach (var id in _graph.Inputs)
        {
            var type = _graph.TypeOf(id);
            var name = _file.Unique(_graph[id].Name);
            _file.AddInput(name, InFile(type.Shape));
            if (type.Quant is not null)
                _file.AddMetadata(BrimMetadata.CodesPrefix + name, type.Element.ToString());
            _names[id] = Quantized(name, name, type);
        }
        foreach (var node in _graph.Nodes)
            _names[node.Output] = Written(node);
        foreach (var id in _graph.Outputs)
        {
            // An output is the result of a node, and each one of another.
            var isInput = _graph.Inputs.Contains(id);
            var name = isInput || !outputs.Add(_names[id]) ? _file.Add("Identity", _names[id] + "_output", [_names[id]]) : _names[id];
            _file.AddOutput(name, InFile(_graph.TypeOf(id).Shape));
            if (_graph.TypeOf(id).Quant is not null)
                _file.AddMetadata(BrimMetadata.CodesPrefix + name, _graph.TypeOf(id).Element.ToString());
        }
        return _file.ToBytes();
    }

    private static Shape InFile(Shape shape) => shape.Rank == 4 ? new Shape([.. ToNchw.Select(d => shape[d])]) : shape;

    // The clamp and the quantization of an operator's result.
    private string Quantized(string value, string name, TensorType type, Activation activation = Activation.None)
    {
        value = activation switch
        {
            Activation.Relu => _file.Add("Relu", name + "_relu", [value]),
            Activation.Relu6 => _file.Add("Clip", name + "_clip", [value, Number(name + "_low", 0), Number(name + "_high", 6)]),
            Activation.ReluN1To1 => _file.Add("Clip", name + "_clip", [value, Number(name + "_low", -1), Number(name + "_high", 1)]),
            _ => value,
        };
        return type.Quant is null ? value : Quant(value, name, type.Element, type.Quant, Shape.Scalar);
    }

    private string Quant(string value, string name, ElementType element, QuantParams quant, Shape scaleShape)
    {
        if (!element.IsInteger || element.Bits > 16 || quant.ZeroPoints.Any(z => z != quant.ZeroPoints[0]))
            throw new ArgumentException($"'{name}' of {element} has no Quant node");
        var scale = _file.Floats(name + "_scale", scaleShape, [.. quant.Scales.Select(s => (float)s)]);
        // Files hold float32; what it cannot hold stands beside.
        if (quant.Scales.Any(s => (float)s != s))
            _file.AddMetadata(BrimMetadata.ScalesPrefix + scale, string.Join(' ', quant.Scales.Select(s => s.ToString("R", CultureInfo.InvariantCulture))));
        return _file.AddQonnx("Quant", name + "_quant", [value, scale, Number(name + "_zeropt", quant.ZeroPoints[0]), Number(name + "_bitwidth", element.Bits)],
            OnnxFileBuilder.Int("signed", element.IsSigned ? 1 : 0), OnnxFileBuilder.Int("narrow", 0), OnnxFileBuilder.Text("rounding_mode", "ROUND"));
    }

    private string Number(string name, float value) => _file.Floats(name, Shape.Scalar, [value]);

    // A value as the file states it: NCHW.
    private string Named(int id)
    {
        if (!_names.TryGetValue(id, out var name))
            _names[id] = name = Constant(id, _graph.TypeOf(id).Shape.Rank);
        return name;
    }

    // A value with its dimensions in the order of the graph.
    private string Stored(int id)
    {
        if (_graph.TypeOf(id).Shape.Rank != 4)
            return Named(id);
        if (!_stored.TryGetValue(id, out var name))
            _stored[id] = name = _file.Add("Transpose", Named(id) + "_nhwc", [Named(id)], OnnxFileBuilder.Ints("perm", ToNhwc));
        return name;
    }

    // The file's form of a result whose dimensions are in the order of the graph.
    private string FromStored(string value, string name, Shape shape) =>
        shape.Rank == 4 ? _file.Add("Transpose", name + "_nchw", [value], OnnxFileBuilder.Ints("perm", ToNchw)) : value;

    private string Reshaped(string value, string name, Shape shape) =>
        _file.Add("Reshape", name + "_reshape", [value, _file.Integers(name + "_shape", [.. shape.Select(d => (long)d)])]);

    // A constant operand of an operator on elements, aligned to a number of dimensions.
    private string Constant(int id, int rank)
    {
        var constant = _graph[id].Constant ?? throw new ArgumentException($"value '{_graph[id].Name}' is read before it is written");
        var type = constant.Type;
        Shape shape = [.. Enumerable.Repeat(1, rank - type.Shape.Rank), .. type.Shape];
        var reals = Reals(constant);
        if (rank == 4)
            (reals, shape) = (Permuted(reals, shape, ToNchw), InFile(shape));
        var value = _file.Floats(_graph[id].Name, shape, reals);
        return type.Quant is null ? value : Quant(value, value, type.Element, type.Quant, Shape.Scalar);
    }

    private static float[] Reals(Tensor tensor)
    {
        if (tensor.Type.Element.IsFloat)
            return tensor.Floats;
        var context = new EvaluationContext([tensor], [new TensorType(ElementType.Float32, tensor.Type.Shape)]);
        new Dequantize().Evaluate(context);
        return context.Outputs[0].Floats;
    }

    private static float[] Permuted(float[] values, Shape shape, int[] permutation)
    {
        var context = new EvaluationContext([Tensor.FromFloats(new TensorType(ElementType.Float32, shape), values)],
            [new TensorType(ElementType.Float32, new Shape([.. permutation.Select(d => shape[d])]))]);
        new Transpose([.. permutation]).Evaluate(context);
        return context.Outputs[0].Floats;
    }
}
