using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Core.Tests.IR;

public class GraphVerifierTests
{
    private static readonly TensorType Codes = new(ElementType.Int8, [1, 4, 4, 2], QuantParams.PerTensor(0.5, 3));

    [Fact]
    public void A_sound_graph_passes() => Assert.Empty(Verify(Sound()));

    [Fact]
    public void Uses_come_after_definitions()
    {
        var graph = Sound();
        var reversed = graph with { Nodes = [.. graph.Nodes.Reverse()] };
        Assert.Contains("BRIM2003", Verify(reversed));
        Assert.Contains("BRIM2003", Verify(graph with { Outputs = [99] }));
        Assert.Contains("BRIM2003", Verify(graph with { Nodes = [graph.Nodes[0], graph.Nodes[0], graph.Nodes[1]] }));
    }

    [Fact]
    public void Declared_shapes_are_the_inferred_ones() =>
        Assert.Equal(["BRIM2001"], Verify(One(new Transpose([0, 2, 1, 3]), Codes with { Shape = [1, 4, 2, 4] })));

    [Fact]
    public void Shapes_must_fit_the_operator()
    {
        Assert.Equal(["BRIM2001"], Verify(One(new Transpose([0, 2, 1]), Codes)));
        Assert.Equal(["BRIM2001"], Verify(One(new Reshape([31]), Codes with { Shape = [31] })));
        Assert.Equal(["BRIM2001"], Verify(One(new MaxPool2D(new Window2D(), 5, 1, Activation.None), Codes)));
        Assert.Equal(["BRIM2001"], Verify(One(new StridedSlice([0, 0, 0, 1], [1, 1, 1, 1], [1, 4, 4, 2], [1, 4, 4, 2]), Codes)));
        Assert.Equal(["BRIM2001"], Verify(One(new Mean([2, 1], true), Codes)));
        Assert.Equal(["BRIM2001"], Verify(One(new Softmax(1, 4), Codes)));
    }

    [Fact]
    public void Element_types_must_fit_the_operator()
    {
        Assert.Equal(["BRIM2002"], Verify(One(new Dequantize(), Codes)));
        Assert.Equal(["BRIM2002"], Verify(One(new Logistic(), new TensorType(ElementType.Float32, Codes.Shape))));
        Assert.Equal(["BRIM2002"], Verify(One(new Transpose([0, 2, 1, 3]), Codes with { Element = ElementType.UInt8 })));
    }

    [Fact]
    public void Quantization_must_fit_the_operator()
    {
        Assert.Equal(["BRIM2004"], Verify(One(new Logistic(), Codes)));
        Assert.Equal(["BRIM2004"], Verify(One(new Softmax(1), Codes with { Quant = QuantParams.PerTensor(1.0 / 256) })));
        Assert.Equal(["BRIM2004"], Verify(One(new MaxPool2D(new Window2D(), 1, 1, Activation.None), Codes with { Quant = QuantParams.PerTensor(0.25, 3) })));
        Assert.Equal(["BRIM2004"], Verify(One(new LeakyRelu(0.1), Codes with { Quant = QuantParams.PerTensor(0.5, 128) })));
    }

    [Fact]
    public void Codes_are_rescaled_within_bounds()
    {
        var tiny = Codes with { Quant = QuantParams.PerTensor(1e-10, 3) };
        foreach (var op in new Op[] { new Quantize(), new UnaryActivation(Activation.Relu), new Concat(0, Activation.None) })
            Assert.Equal(["BRIM2004"], Verify(One(op, tiny)));
        Assert.Equal(["BRIM2004"], Verify(One(new Mean([1, 2], true), tiny with { Shape = [1, 1, 1, 2] })));
        Assert.Equal(["BRIM2004", "BRIM2004"], Verify(One(new LeakyRelu(1), tiny)));
        var wide = new TensorType(ElementType.Int16, [1, 8], QuantParams.PerTensor(1e6));
        Assert.Equal(["BRIM2004"], Verify(One(new Softmax(1), wide with { Quant = QuantParams.PerTensor(1.0 / 32768) }, wide)));
    }

    [Theory]
    [InlineData(0.25, 0, Requantization.PowerOfTwo, null)]
    [InlineData(0.3, 0, Requantization.PowerOfTwo, "BRIM2004")]
    [InlineData(0.3, 0, Requantization.Single, null)]
    [InlineData(0.3, 1, Requantization.Single, "BRIM2004")]
    [InlineData(1e12, 0, Requantization.Single, "BRIM2004")]
    public void Weights_are_symmetric_and_rescale_within_bounds(double scale, int zeroPoint, Requantization scheme, string? expected)
    {
        var editor = new GraphEditor("one");
        var x = editor.AddInput("x", Codes);
        var w = editor.AddConstant("w", Tensor.Zeros(new TensorType(ElementType.Int8, [2, 1, 1, 2], QuantParams.PerTensor(scale, zeroPoint))));
        var y = editor.AddNode(new Conv2D(new Window2D(), Activation.None, scheme), [x, w, Value.None], Codes, "conv", SourceLocation.Generated);
        editor.AddOutput(y);
        Assert.Equal(expected is null ? [] : [expected], Verify(editor.ToGraph()));
    }

    private static Graph Sound()
    {
        var editor = new GraphEditor("sound");
        var x = editor.AddInput("x", Codes);
        var a = editor.AddNode(new UnaryActivation(Activation.Relu), [x], Codes, "relu", SourceLocation.Generated);
        editor.AddOutput(editor.AddNode(new Add(Activation.None), [a, x], Codes, "sum", SourceLocation.Generated));
        return editor.ToGraph();
    }

    private static Graph One(Op op, TensorType result, TensorType? operand = null)
    {
        var editor = new GraphEditor("one");
        var x = editor.AddInput("x", operand ?? Codes);
        editor.AddOutput(editor.AddNode(op, [x], result, "node", SourceLocation.Generated));
        return editor.ToGraph();
    }

    private static List<string> Verify(Graph graph)
    {
        var diagnostics = new DiagnosticBag();
        var sound = GraphVerifier.Verify(graph, diagnostics);
        Assert.Equal(sound, diagnostics.Items.Count == 0);
        return [.. diagnostics.Items.Select(d => d.Descriptor.Code)];
    }
}
