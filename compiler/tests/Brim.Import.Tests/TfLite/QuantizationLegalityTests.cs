using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Testing.TfLite;
using static Brim.Import.Tests.TfLite.Types;

namespace Brim.Import.Tests.TfLite;

/// <summary>Quantization parameters that the arithmetic of the format does not allow are reported with their values.</summary>
public sealed class QuantizationLegalityTests
{
    private static TfLiteModelBuilder FullyConnected(TfLiteTensor? x = null, TfLiteTensor? w = null, TfLiteTensor? bias = null, TfLiteTensor? y = null)
    {
        var model = new TfLiteModelBuilder();
        model.MarkInput(model.Add(x ?? TfLiteTensor.Of("x", Int8([1, 4]))));
        model.Add((w ?? TfLiteTensor.Of("w", Weights([2, 4], 0).Type)) with { Buffer = model.Buffer(new byte[8]) });
        model.Add((bias ?? TfLiteTensor.Of("b", Bias(2, true).Type)) with { Buffer = model.Buffer(new byte[8]) });
        model.Add(y ?? TfLiteTensor.Of("y", Int8([1, 2], 2, -1)));
        model.Operator(TfLiteOperator.FullyConnected, [0, 1, 2], [3], TfLiteOptions.FullyConnected(), 4);
        model.Output(3);
        return model;
    }

    private static TfLiteTensor W => TfLiteTensor.Of("w", Weights([2, 4], 0).Type);

    private static TfLiteTensor B => TfLiteTensor.Of("b", Bias(2, true).Type);

    public static TheoryData<string, TfLiteTensor, string> Bad => new()
    {
        { "x", TfLiteTensor.Of("x", Int8([1, 4])) with { Scales = [], ZeroPoints = [] }, "'x' has no scale" },
        { "x", TfLiteTensor.Of("x", Int8([1, 4])) with { Scales = [0] }, "scale 0 is 0: scales must be finite and greater than 0" },
        { "x", TfLiteTensor.Of("x", Int8([1, 4])) with { Scales = [float.NaN] }, "scale 0 is NaN: scales must be finite and greater than 0" },
        { "x", TfLiteTensor.Of("x", Int8([1, 4])) with { Scales = [float.PositiveInfinity] }, "scale 0 is Infinity: scales must be finite and greater than 0" },
        { "x", TfLiteTensor.Of("x", Int8([1, 4])) with { ZeroPoints = [128] }, "zero point 128 is not a code of i8" },
        { "x", TfLiteTensor.Of("x", Int8([1, 4])) with { ZeroPoints = [] }, "1 scales, but 0 zero points" },
        { "x", TfLiteTensor.Of("x", Int8([1, 4])) with { Scales = [1, 1, 1, 1], ZeroPoints = [0, 0, 0, 0], QuantizedDimension = 1 }, "'x' has scales along dimension 1; activations have one scale" },
        { "w", W with { ZeroPoints = [0, 5] }, "the weights 'w' have zero point 5; weights are symmetric" },
        { "w", W with { QuantizedDimension = 1, Scales = [1, 1, 1, 1], ZeroPoints = [0] }, "the weights 'w' have scales along dimension 1; output channels are dimension 0" },
        { "w", W with { QuantizedDimension = 1 }, "2 scales along dimension 1 of [2x4]" },
        { "w", W with { QuantizedDimension = -1 }, "2 scales along dimension -1 of [2x4]" },
        { "w", W with { Scales = [], ZeroPoints = [] }, "the weights 'w' have no scale" },
        { "b", B with { ZeroPoints = [0, 1] }, "the bias 'b' has zero point 1; it must be 0" },
        { "b", B with { Scales = [0.0625f, 0.25f] }, "the bias 'b' has scale 0.25 in channel 1; input scale times weight scale is 0.125" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void BadParametersAreReported(string role, TfLiteTensor tensor, string expected)
    {
        var model = role switch { "x" => FullyConnected(x: tensor), "w" => FullyConnected(w: tensor), _ => FullyConnected(bias: tensor) };
        Assert.Equal(expected, Imports.Rejected(model, ImportDiagnostics.BadQuantization).Message);
    }

    [Fact]
    public void GoodParametersAreAccepted() => Imports.Clean(FullyConnected());

    [Fact]
    public void BiasMayHaveOneScaleOrNone()
    {
        Imports.Clean(FullyConnected(w: TfLiteTensor.Of("w", Weights([2, 4]).Type), bias: TfLiteTensor.Of("b", Bias(2).Type)));
        Imports.Clean(FullyConnected(bias: TfLiteTensor.Of("b", Int32([2]))));
    }

    [Fact]
    public void BiasVectorMayNameTheAxisOfTheWeights() => Imports.Clean(FullyConnected(bias: B with { QuantizedDimension = 3 }));

    [Fact]
    public void Int16ActivationsAreSymmetric()
    {
        var model = new TfLiteModelBuilder();
        var x = model.Input("x", new TensorType(ElementType.Int16, [4], QuantParams.PerTensor(0.5, 1)));
        model.Operator(TfLiteOperator.Relu, [x], [model.Tensor("y", Int16([4]))]);
        model.Output(1);
        Assert.Contains("symmetric", Imports.Rejected(model, ImportDiagnostics.BadQuantization).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MovedCodesKeepTheirQuantization()
    {
        var model = new TfLiteModelBuilder();
        model.Input("x", Int8([4]));
        model.Operator(TfLiteOperator.Reshape, [0, 2], [model.Tensor("y", Int8([2, 2], 0.25))]);
        model.Integers("shape", 2, 2);
        model.Output(1);
        Assert.Contains("must have the same quantization", Imports.Rejected(model, ImportDiagnostics.BadQuantization).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void IntegerWeightsOfFloatOperatorsBecomeFloats()
    {
        var model = new TfLiteModelBuilder();
        var weights = Weights([2, 4], 0);
        int[] inputs = [model.Input("x", Float([1, 4])), model.Constant("w", weights), model.Constant("b", Counting(Float([2])))];
        model.Operator(TfLiteOperator.FullyConnected, inputs, [model.Tensor("y", Float([1, 2]))], TfLiteOptions.FullyConnected(), 12);
        model.Output(3);
        var (graph, findings) = Imports.Of(model.Build());
        Assert.Equal("BRIM1016", Assert.Single(findings).Descriptor.Code);
        var w = graph![Assert.Single(graph.Nodes).Inputs[1]].Constant!;
        Assert.Equal(weights.Codes.Select((c, i) => c * (i < 4 ? 0.125f : 0.25f)), w.Floats);
    }

    [Fact]
    public void DequantizedConstantsAreFolded()
    {
        var model = new TfLiteModelBuilder();
        Half[] halves = [(Half)1.5, (Half)(-0.1), Half.Epsilon, (Half)65504];
        var stored = model.Add(new TfLiteTensor("w16", 1, [2, 2], model.Buffer(halves.SelectMany(h => BitConverter.GetBytes(h)).ToArray())));
        var w = model.Tensor("w", Float([2, 2]));
        var bias8 = model.Constant("b8", Counting(Int8([2], 0.25, 7)));
        var bias = model.Tensor("b", Float([2]));
        model.Operator(TfLiteOperator.Dequantize, [stored], [w], version: 3);
        model.Operator(TfLiteOperator.Dequantize, [bias8], [bias], version: 2);
        model.Operator(TfLiteOperator.FullyConnected, [model.Input("x", Float([1, 2])), w, bias], [model.Tensor("y", Float([1, 2]))], TfLiteOptions.FullyConnected());
        model.Output(5);
        var graph = Imports.Clean(model);
        var node = Assert.Single(graph.Nodes);
        Assert.Equal(halves.Select(h => (float)h), graph[node.Inputs[1]].Constant!.Floats);
        Assert.Equal(Counting(Int8([2])).Codes.Select(c => 0.25f * (c - 7)), graph[node.Inputs[2]].Constant!.Floats);
    }
}
