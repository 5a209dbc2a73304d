using Brim.Import.Onnx.Qonnx;
using Brim.Import.Onnx.Wire;
using Brim.Testing;
using Google.Protobuf;

namespace Brim.Import.Tests.Onnx;

/// <summary>Small ONNX models for tests.</summary>
internal sealed class OnnxModels
{
    private readonly SplitMix64 _random = new(5);

    public OnnxModels(long opset = 17, params long[] inputShape)
    {
        Model = new ModelProto { IrVersion = 8, Graph = new GraphProto { Name = "test" } };
        Model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = opset });
        Model.Graph.Input.Add(new ValueInfoProto { Name = "x", Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = 1, Shape = new TensorShapeProto() } } });
        Model.Graph.Input[0].Type.TensorType.Shape.Dim.AddRange(inputShape.Select(d => new TensorShapeProto.Types.Dimension { DimValue = d }));
    }

    public ModelProto Model { get; }

    /// <summary>Convolution, batch normalization, pooling, a depthwise layer, a residual sum, flattening and two dense layers.</summary>
    public static OnnxModels Network()
    {
        var m = new OnnxModels(17, 1, 2, 6, 5);
        m.Weights("w1", 4, 2, 3, 3);
        m.Weights("w2", 4, 1, 3, 3);
        m.Weights("b2", 4);
        m.Weights("w3", 36, 3);
        m.Weights("b3", 3);
        m.Weights("w4", 5, 3);
        foreach (var name in new[] { "gamma", "beta", "mean" })
            m.Weights(name, 4);
        m.Weights("variance", 4);
        for (var i = 0; i < 4; i++)
            m.Model.Graph.Initializer[^1].FloatData[i] = 0.5f + i;
        return m
            .Node("Conv", ["x", "w1"], "conv", OnnxFileBuilder.Ints("pads", 1, 0, 1, 1))
            .Node("BatchNormalization", ["conv", "gamma", "beta", "mean", "variance"], "norm")
            .Node("Relu", ["norm"], "relu")
            .Node("Conv", ["relu", "w2", "b2"], "depthwise", OnnxFileBuilder.Ints("pads", 1, 1, 1, 1), OnnxFileBuilder.Int("group", 4))
            .Node("Add", ["depthwise", "relu"], "sum")
            .Node("MaxPool", ["sum"], "pool", OnnxFileBuilder.Ints("kernel_shape", 2, 2), OnnxFileBuilder.Ints("strides", 2, 1))
            .Node("Flatten", ["pool"], "flat")
            .Node("Sigmoid", ["flat"], "sigmoid")
            .Node("MatMul", ["sigmoid", "w3"], "product")
            .Node("Add", ["product", "b3"], "dense")
            .Node("Gemm", ["dense", "w4"], "y", OnnxFileBuilder.Int("transB", 1), OnnxFileBuilder.Float("alpha", 0.5f))
            .Output("y");
    }

    public OnnxModels Weights(string name, params long[] shape)
    {
        var tensor = new TensorProto { Name = name, DataType = 1 };
        tensor.Dims.AddRange(shape);
        for (var i = 0; i < shape.Aggregate(1L, (a, b) => a * b); i++)
            tensor.FloatData.Add((float)_random.Real(-1, 1));
        Model.Graph.Initializer.Add(tensor);
        return this;
    }

    public OnnxModels Node(string type, string[] inputs, string output, params AttributeProto[] attributes)
    {
        var node = new NodeProto { OpType = type, Name = output + "_node" };
        node.Input.AddRange(inputs);
        node.Output.Add(output);
        node.Attribute.AddRange(attributes);
        Model.Graph.Node.Add(node);
        return this;
    }

    public OnnxModels Output(string name)
    {
        Model.Graph.Output.Add(new ValueInfoProto { Name = name });
        return this;
    }

    public byte[] Build() => Model.ToByteArray();
}
