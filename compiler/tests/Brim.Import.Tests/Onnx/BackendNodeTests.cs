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
        ["test_maxpool_2d_dilations"] = "BRIM2001",
        ["test_maxpool_2d_uint8"] = "BRIM1103",
    };

    private static readonly string[] UnsupportedOperators = ["ConvInteger", "MatMulInteger", "QLinearConv", "QLinearMatMul", "QuantizeLinear"];

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
        // Its operand is an activation of codes, which only Quant nodes describe here.
        if (model.Graph.Node[0].OpType == "DequantizeLinear")
            return ImportDiagnostics.UnsupportedOnnxType.Code;
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
        for (var i = 0; i < expected.Floats.Length; i++)
        {
            var (e, a) = (expected.Floats[i], actual.Floats[i]);
            Assert.True(Math.Abs(e - a) <= 1e-5 + (1e-3 * Math.Abs(e)), $"element {i}: {a} where {e} is expected");
        }
    }
}
