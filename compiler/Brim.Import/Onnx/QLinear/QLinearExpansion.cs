using System.Collections.Immutable;
using Brim.Import.Onnx.Wire;

namespace Brim.Import.Onnx.QLinear;

/// <summary>
/// Operators on codes as the ones they stand for: DequantizeLinear of the operands, the operator on real numbers, QuantizeLinear of the result. Those of the
/// standard set, and those of ONNX Runtime's set com.microsoft that its quantizer writes. Both forms of a quantized model take one way from there.
/// </summary>
internal sealed class QLinearExpansion
{
    private const string Runtime = "com.microsoft";

    private readonly HashSet<string> _names;
    private readonly List<NodeProto> _parts = [];

    public QLinearExpansion(GraphProto graph) =>
        _names = [.. graph.Input.Select(i => i.Name), .. graph.Initializer.Select(t => t.Name), .. graph.Node.SelectMany(n => n.Input.Concat(n.Output))];

    /// <summary>The nodes that stand for a node: itself unless it is an operator on codes.</summary>
    public ImmutableArray<NodeProto> Expand(NodeProto node)
    {
        _parts.Clear();
        var isExpanded = (node.Domain, node.OpType) switch
        {
            ("" or "ai.onnx", "QLinearConv") => Layer(node, "Conv", result: 6, bias: 8, weightAxis: 0),
            ("" or "ai.onnx", "QLinearMatMul") => Layer(node, "MatMul", result: 6, bias: -1, weightAxis: 1),
            (Runtime, "QGemm") => Layer(node, "Gemm", result: 7, bias: 6, weightAxis: node.Attribute.Any(a => a.Name == "transB" && a.I != 0) ? 0 : 1),
            (Runtime, "QLinearAdd") => Operands(node, "Add", 2),
            (Runtime, "QLinearMul") => Operands(node, "Mul", 2),
            (Runtime, "QLinearSigmoid") => Operands(node, "Sigmoid", 1),
            (Runtime, "QLinearLeakyRelu") => Operands(node, "LeakyRelu", 1),
            (Runtime, "QLinearAveragePool") => Operands(node, "AveragePool", 1),
            (Runtime, "QLinearGlobalAveragePool") => Operands(node, "GlobalAveragePool", 1),
            (Runtime, "QLinearSoftmax") => Operands(node, "Softmax", 1),
            (Runtime, "QLinearConcat") => Concat(node),
            _ => false,
        };
        return isExpanded ? [.. _parts] : [node];
    }

    // x, x scale, x zero point, w, w scale, w zero point, then the result's and the bias', whose scale is that of the products.
    private bool Layer(NodeProto node, string op, int result, int bias, int weightAxis)
    {
        if (node.Input.Count < result + 1)
            return false;
        var x = Real(node, 0, null);
        var w = Real(node, 3, weightAxis);
        List<string> operands = [x, w];
        if (bias >= 0 && At(node, bias).Length > 0)
        {
            var scale = Part("Mul", node, [At(node, 1), At(node, 4)]);
            operands.Add(Part("DequantizeLinear", node, [At(node, bias), scale], new AttributeProto { Name = "axis", I = 0, Type = 2 }));
        }
        Result(node, op, operands, result);
        return true;
    }

    private bool Operands(NodeProto node, string op, int count)
    {
        if (node.Input.Count < (3 * count) + 1)
            return false;
        Result(node, op, [.. Enumerable.Range(0, count).Select(i => Real(node, 3 * i, null))], 3 * count);
        return true;
    }

    // Result scale and zero point come first.
    private bool Concat(NodeProto node)
    {
        if (node.Input.Count < 5 || node.Input.Count % 3 != 2)
            return false;
        Result(node, "Concat", [.. Enumerable.Range(0, node.Input.Count / 3).Select(i => Real(node, 2 + (3 * i), null))], 0);
        return true;
    }

    // Without a scale the result stays real (QGemm).
    private void Result(NodeProto node, string op, IEnumerable<string> operands, int scale)
    {
        var isCodes = At(node, scale).Length > 0;
        var output = node.Output.FirstOrDefault("");
        var real = isCodes ? Fresh(output) : output;
        var part = New(op, node, operands, real);
        part.Attribute.AddRange(node.Attribute.Where(a => !(a.Name is "channels_last" or "opset")));
        // Other layouts than NCHW are reported as the attribute that they are.
        part.Attribute.AddRange(node.Attribute.Where(a => a.Name == "channels_last" && a.I != 0));
        part.Output.AddRange(node.Output.Skip(1));
        if (isCodes)
            New("QuantizeLinear", node, [real, At(node, scale), At(node, scale + 1)], output);
    }

    private string Real(NodeProto node, int index, int? axis)
    {
        AttributeProto[] attributes = axis is { } along ? [new AttributeProto { Name = "axis", I = along, Type = 2 }] : [];
        return Part("DequantizeLinear", node, [At(node, index), At(node, index + 1), At(node, index + 2)], attributes);
    }

    private string Part(string op, NodeProto node, IEnumerable<string> inputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        var result = Fresh(node.Output.FirstOrDefault(""));
        var part = New(op, node, inputs, result);
        foreach (var attribute in attributes)
            part.Attribute.Add(attribute);
        return result;
    }

    private NodeProto New(string op, NodeProto node, IEnumerable<string> inputs, string output)
    {
        var part = new NodeProto { OpType = op, Name = node.Name.Length > 0 ? node.Name : node.Output.FirstOrDefault("") };
        part.Input.AddRange(inputs);
        part.Output.Add(output);
        _parts.Add(part);
        return part;
    }

    private string Fresh(string wish)
    {
        for (var n = 1; ; n++)
        {
            var name = FormattableString.Invariant($"{wish}/{n}");
            if (_names.Add(name))
                return name;
        }
    }

    private static string At(NodeProto node, int index) => index < node.Input.Count ? node.Input[index] : "";
}
