using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Import.Onnx;
using Brim.Import.Onnx.Wire;
using Brim.Testing;
using Google.Protobuf;

namespace Brim.Import.Tests.Onnx;

/// <summary>
/// The node tests that the format publishes: their recorded outputs are the oracle of every supported operator. Weights, limits and shapes,
/// which those models leave as inputs, become initializers here, as the importer demands constants there.
/// </summary>
public sealed class BackendNodeTests
{
    // Operator or types outside of what the importer maps: each must end in a diagnostic that says so.
    private static readonly Dictionary<string, string> Unsupported = new(StringComparer.Ordinal)
    {
        ["test_add_int16"] = "BRIM1103",
        ["test_add_int8"] = "BRIM1103",
        ["test_add_uint16"] = "BRIM1103",
        ["test_add_uint32"] = "BRIM1103",
        ["test_add_uint64"] = "BRIM1103",
        ["test_add_uint8"] = "BRIM1103",
        ["test_averagepool_2d_dilations"] = "BRIM2001",
        ["test_clip_default_int8_inbounds"] = "BRIM1103",
        ["test_clip_default_int8_max"] = "BRIM1103",
        ["test_clip_default_int8_min"] = "BRIM1103",
        ["test_dequantizelinear_axis"] = "BRIM1103",
        ["test_dequantizelinear_blocked"] = "BRIM1006",
        ["test_maxpool_2d_dilations"] = "BRIM2001",
        ["test_maxpool_2d_uint8"] = "BRIM1103",
        ["test_qlinearmatmul_3D_int8_float16"] = "BRIM1010",
        ["test_qlinearmatmul_3D_int8_float32"] = "BRIM1010",
        ["test_qlinearmatmul_3D_uint8_float16"] = "BRIM1010",
        ["test_qlinearmatmul_3D_uint8_float32"] = "BRIM1010",
        ["test_quantizelinear_axis"] = "BRIM1104",
        ["test_quantizelinear_blocked_asymmetric"] = "BRIM1006",
        ["test_quantizelinear_blocked_symmetric"] = "BRIM1006",
        ["test_quantizelinear_int2"] = "BRIM1104",
        ["test_quantizelinear_int4"] = "BRIM1104",
        ["test_quantizelinear_uint2"] = "BRIM1104",
        ["test_quantizelinear_uint4"] = "BRIM1104",
    };

    private static readonly string[] UnsupportedOperators = ["ConvInteger", "MatMulInteger"];

    private static readonly string[] Names = TestData.Root is { } root && Directory.Exists(Path.Combine(root, "onnx-node-tests"))
        ? [.. Directory.GetDirectories(Path.Combine(root, "onnx-node-tests")).Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal)]
        : [];

    public static TheoryData<string> Folders => [.. Names];

    [SkippableTheory]
    [MemberData(nameof(Folders))]
    public void Node(string folder)
    {
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(TestData.Require($"onnx-node-tests/{folder}/model.onnx")));
        var data = Path.GetDirectoryName(TestData.Require($"onnx-node-tests/{folder}/test_data_set_0/output_0.pb"))!;
        var inputs = Enumerable.Range(0, model.Graph.Input.Count).Select(i => TensorProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(data, $"input_{i}.pb")))).ToList();
        // Two activations stay two inputs; every other operand is a parameter.
        var activations = model.Graph.Node[0].OpType is "Add" or "Concat" ? inputs.Count : 1;
        for (var i = inputs.Count - 1; i >= activations; i--)
        {
            inputs[i].Name = model.Graph.Input[i].Name;
            model.Graph.Initializer.Add(inputs[i]);
            model.Graph.Input.RemoveAt(i);
        }
        if (Expected(folder, model) is { } code)
        {
            Assert.Contains(OnnxImports.Rejected(model.ToByteArray()), d => d.Descriptor.Code == code && d.Location.Place is not null);
            return;
        }
        var graph = OnnxImports.Clean(model.ToByteArray());
        var outputs = OnnxImports.Run(graph, [.. inputs.Take(activations).Select(Read)]);
        for (var i = 0; i < outputs.Count; i++)
            AssertClose(Read(TensorProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(data, $"output_{i}.pb")))), outputs[i]);
    }

    /// <summary>Quantization of constants, also along an axis: what the file computes at import, added to an input of zeros.</summary>
    [SkippableTheory]
    [MemberData(nameof(QuantizationFolders))]
    public void QuantizationOfConstants(string folder)
    {
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(TestData.Require($"onnx-node-tests/{folder}/model.onnx")));
        var data = Path.GetDirectoryName(TestData.Require($"onnx-node-tests/{folder}/test_data_set_0/output_0.pb"))!;
        var expected = Read(TensorProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(data, "output_0.pb"))));
        var (graph, node) = (model.Graph, model.Graph.Node[0]);
        foreach (var i in Enumerable.Range(0, graph.Input.Count))
        {
            var operand = TensorProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(data, $"input_{i}.pb")));
            operand.Name = graph.Input[i].Name;
            graph.Initializer.Add(operand);
        }
        var output = graph.Output[0].Name;
        var real = output;
        if (node.OpType == "QuantizeLinear")
        {
            real = "real";
            var inverse = new NodeProto { OpType = "DequantizeLinear", Name = "inverse" };
            inverse.Input.AddRange(node.Input.Skip(1).Prepend(output));
            inverse.Output.Add(real);
            inverse.Attribute.AddRange(node.Attribute.Where(a => a.Name == "axis"));
            graph.Node.Add(inverse);
            // Real values of the recorded codes, computed here.
            var (scales, zeroPoints) = (Read(graph.Initializer[1]), graph.Initializer.Count > 2 ? Read(graph.Initializer[2]).Codes : null);
            var axis = node.Attribute.FirstOrDefault(a => a.Name == "axis")?.I ?? 1;
            var stride = scales.Floats.Length == 1 ? 1 : (int)expected.Type.Shape.Strides()[(int)(axis < 0 ? axis + expected.Type.Shape.Rank : axis)];
            expected = Tensor.FromFloats(new TensorType(ElementType.Float32, expected.Type.Shape), [.. expected.Codes.Select((code, i) =>
                (code - (zeroPoints?[i / stride % zeroPoints.Length] ?? 0)) * scales.Floats[i / stride % scales.Floats.Length])]);
        }
        graph.Input.Clear();
        graph.Input.Add(new ValueInfoProto { Name = "zeros", Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = 1, Shape = new TensorShapeProto() } } });
        graph.Input[0].Type.TensorType.Shape.Dim.AddRange(expected.Type.Shape.Select(d => new TensorShapeProto.Types.Dimension { DimValue = d }));
        var sum = new NodeProto { OpType = "Add", Name = "sum" };
        sum.Input.AddRange(["zeros", real]);
        sum.Output.Add("sum");
        graph.Node.Add(sum);
        graph.Output.Clear();
        graph.Output.Add(new ValueInfoProto { Name = "sum" });
        var imported = OnnxImports.Clean(model.ToByteArray());
        AssertClose(expected, OnnxImports.Run(imported, [Tensor.Zeros(new TensorType(ElementType.Float32, expected.Type.Shape))])[0]);
    }

    public static TheoryData<string> QuantizationFolders => [.. Names.Where(n => n.Contains("quantizelinear", StringComparison.Ordinal) && !n.Contains("blocked", StringComparison.Ordinal))];

    [SkippableFact]
    public void EveryUnsupportedFolderExists()
    {
        TestData.Require("onnx-node-tests");
        Assert.All(Unsupported.Keys, name => Assert.Contains(name, Names));
    }

    private static string? Expected(string folder, ModelProto model)
    {
        if (UnsupportedOperators.Contains(model.Graph.Node[0].OpType))
            return ImportDiagnostics.UnsupportedOperator.Code;
        return Unsupported.GetValueOrDefault(folder);
    }

    private static Tensor Read(TensorProto proto)
    {
        var diagnostics = new DiagnosticBag();
        return new TensorReader(new ConstantBudget(diagnostics), diagnostics).Read(proto, SourceLocation.Generated)!;
    }

    private static void AssertClose(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.Type.Shape, actual.Type.Shape);
        if (expected.Type.Element.IsInteger)
        {
            Assert.Equal(expected.Type.Element, actual.Type.Element);
            Assert.Equal(expected.Codes, actual.Codes);
            return;
        }
        for (var i = 0; i < expected.Floats.Length; i++)
        {
            var (e, a) = (expected.Floats[i], actual.Floats[i]);
            Assert.True(Math.Abs(e - a) <= 1e-5 + (1e-3 * Math.Abs(e)), $"element {i}: {a} where {e} is expected");
        }
    }
}
