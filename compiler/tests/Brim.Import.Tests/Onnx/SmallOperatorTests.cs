using Brim.Core.IR;
using Brim.Import.Onnx.Qonnx;
using Brim.Import.Onnx.Wire;
using Google.Protobuf;

namespace Brim.Import.Tests.Onnx;

/// <summary>Operators that the format's node tests here do not contain, on a vector or a small matrix with results worked out by hand.</summary>
public sealed class SmallOperatorTests
{
    private static readonly float[] X = [-3, -1, 0, 1, 2, 8];

    public static TheoryData<string, long, long[], float[]> Cases => new()
    {
        { "Identity", 17, [1, 6], X },
        { "Dropout", 17, [1, 6], X },
        { "LeakyRelu", 17, [1, 6], [-0.75f, -0.25f, 0, 1, 2, 8] },
        { "Clip 0 3", 17, [1, 6], [0, 0, 0, 1, 2, 3] },
        { "Clip -2 1", 9, [1, 6], [-2, -1, 0, 1, 1, 1] },
        { "Div", 17, [1, 6], [-1.5f, -0.5f, 0, 0.5f, 1, 4] },
        { "Sub", 17, [1, 6], [5, 3, 2, 1, 0, -6] },
        { "Squeeze", 17, [6], X },
        { "Squeeze", 11, [6], X },
        { "Unsqueeze", 17, [1, 1, 6], X },
        { "Unsqueeze", 11, [1, 1, 6], X },
        { "ReduceMean", 13, [1, 1], [7f / 6] },
        { "ReduceMean", 18, [1, 1], [7f / 6] },
        { "Pad", 17, [1, 9], [5, -3, -1, 0, 1, 2, 8, 5, 5] },
        { "Pad", 10, [1, 9], [5, -3, -1, 0, 1, 2, 8, 5, 5] },
        { "Slice", 17, [1, 3], [8, 1, -1] },
        { "Slice", 9, [1, 2], [-1, 0] },
        { "Scale", 17, [1, 6], [-6, -2, 0, 2, 4, 16] },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Result(string name, long opset, long[] shape, float[] expected)
    {
        var model = OnnxImports.Clean(Model(name, opset).Output("y").Build());
        var y = OnnxImports.Run(model, [Tensor.FromFloats(new TensorType(ElementType.Float32, [1, 6]), X)])[0];
        Assert.Equal(shape, y.Type.Shape.Select(d => (long)d));
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], y.Floats[i], 1e-5f);
    }

    private static OnnxModels Model(string name, long opset)
    {
        var m = new OnnxModels(opset, 1, 6);
        return name switch
        {
            "LeakyRelu" => m.Node(name, ["x"], "y", OnnxFileBuilder.Float("alpha", 0.25f)),
            "Clip 0 3" => Floats(Floats(m, "low", 0), "high", 3).Node("Clip", ["x", "low", "high"], "y"),
            "Clip -2 1" => m.Node("Clip", ["x"], "y", OnnxFileBuilder.Float("min", -2), OnnxFileBuilder.Float("max", 1)),
            "Div" => Floats(m, "two", 2).Node("Div", ["x", "two"], "y"),
            "Sub" => Floats(m, "two", 2).Node("Sub", ["two", "x"], "y"),
            "Squeeze" or "Unsqueeze" when opset < 13 => m.Node(name, ["x"], "y", OnnxFileBuilder.Ints("axes", 0)),
            "Squeeze" or "Unsqueeze" => Integers(m, "axes", 0).Node(name, ["x", "axes"], "y"),
            "ReduceMean" when opset < 18 => m.Node(name, ["x"], "y", OnnxFileBuilder.Ints("axes", -1)),
            "ReduceMean" => Integers(m, "axes", -1).Node(name, ["x", "axes"], "y"),
            "Pad" when opset < 11 => m.Node(name, ["x"], "y", OnnxFileBuilder.Ints("pads", 0, 1, 0, 2), OnnxFileBuilder.Float("value", 5)),
            "Pad" => Floats(Integers(m, "pads", 0, 1, 0, 2), "value", 5).Node(name, ["x", "pads", "value"], "y"),
            "Slice" when opset < 10 => m.Node(name, ["x"], "y", OnnxFileBuilder.Ints("starts", 1), OnnxFileBuilder.Ints("ends", 3), OnnxFileBuilder.Ints("axes", 1)),
            "Slice" => Integers(Integers(Integers(Integers(m, "starts", 5), "ends", int.MinValue), "axes", 1), "steps", -2).Node(name, ["x", "starts", "ends", "axes", "steps"], "y"),
            // Constants that are computed at import: sqrt(cast(4)) of a Constant node.
            "Scale" => m.Node("Constant", [], "four", OnnxFileBuilder.Int("value_int", 4)).Node("Cast", ["four"], "real", OnnxFileBuilder.Int("to", 1))
                .Node("Sqrt", ["real"], "two").Node("Mul", ["x", "two"], "y"),
            _ => m.Node(name, ["x"], "y"),
        };
    }

    private static OnnxModels Floats(OnnxModels m, string name, float value)
    {
        var tensor = new TensorProto { Name = name, DataType = 1 };
        tensor.FloatData.Add(value);
        m.Model.Graph.Initializer.Add(tensor);
        return m;
    }

    private static OnnxModels Integers(OnnxModels m, string name, params long[] values)
    {
        var tensor = new TensorProto { Name = name, DataType = 7, RawData = ByteString.CopyFrom(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan())) };
        tensor.Dims.Add(values.Length);
        m.Model.Graph.Initializer.Add(tensor);
        return m;
    }
}
