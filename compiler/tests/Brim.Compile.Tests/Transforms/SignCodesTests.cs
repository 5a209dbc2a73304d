using Brim.Compile.Transforms;
using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Compile.Tests.Transforms;

/// <summary>Unsigned bytes become signed ones where nothing can tell, and nowhere else.</summary>
public class SignCodesTests
{
    private static TensorType UInt8(Shape shape, double scale = 0.1, int zeroPoint = 7) => new(ElementType.UInt8, shape, QuantParams.PerTensor(scale, zeroPoint));

    [Fact]
    public void Values_between_layers_change_and_the_interface_keeps_its_type()
    {
        var sketch = new GraphSketch();
        var x = sketch.Input(UInt8([1, 6, 6, 4], 0.05, 100));
        var a = sketch.Depthwise(x, UInt8([1, 6, 6, 4], 0.3, 0), new Window2D(1, 1, 1, 1, 1, 1), Activation.Relu6);
        var b = sketch.Pointwise(a, UInt8([1, 6, 6, 3], 0.9, 130), [100, -70, 3]);
        var c = sketch.Pointwise(a, UInt8([1, 6, 6, 3], 0.8, 120), [1, 2, 300]);
        var sum = sketch.Node(new Add(Activation.None), UInt8([1, 6, 6, 3], 1.1, 125), b, c);
        var pooled = sketch.Node(new MaxPool2D(new Window2D(2, 2), 2, 2, Activation.Relu), UInt8([1, 3, 3, 3], 1.1, 125), sum);
        var mean = sketch.Node(new Mean([1, 2], KeepDims: true), UInt8([1, 1, 1, 3], 0.7, 99), pooled);
        var y = sketch.Pointwise(mean, UInt8([1, 1, 1, 5], 1.3, 128), [0, 10, 20, 30, 40]);
        var graph = PassAssert.Changes(sketch.Output(y), new SignCodes());
        Assert.All(graph.Nodes.SelectMany(n => n.Outputs).Except(graph.Outputs), id => Assert.Equal(ElementType.Int8, graph.TypeOf(id).Element));
        Assert.Equal(2, graph.Nodes.Count(n => n.Op is Quantize));
    }

    [Fact]
    public void The_least_and_the_greatest_code_survive()
    {
        var sketch = new GraphSketch();
        var x = sketch.Input(UInt8([1, 16, 16, 3], 0.05, 100));
        // Scales so fine that most codes saturate.
        var a = sketch.Pointwise(x, UInt8([1, 16, 16, 4], 0.001, 90), [0, 10, 20, 30]);
        var graph = PassAssert.Changes(sketch.Output(sketch.Pointwise(a, UInt8([1, 16, 16, 2], 0.0005, 128), [0, 0])), new SignCodes());
        Assert.Equal(90 - 128, graph.TypeOf(graph.Nodes.First(n => n.Op is Conv2D).Output).Quant!.ZeroPoint);
    }

    [Fact]
    public void Average_pooling_keeps_its_codes_and_what_is_tied_to_them()
    {
        var sketch = new GraphSketch();
        var x = sketch.Input(GraphSketch.Int8([1, 4, 4, 2]));
        var a = sketch.Pointwise(x, UInt8([1, 4, 4, 2]), [9, 5]);
        var maximum = sketch.Node(new MaxPool2D(new Window2D(), 2, 2, Activation.None), UInt8([1, 3, 3, 2]), a);
        var average = sketch.Node(new AveragePool2D(new Window2D(), 2, 2, Activation.None), UInt8([1, 2, 2, 2]), maximum);
        PassAssert.Declines(sketch.Output(sketch.Pointwise(average, GraphSketch.Int8([1, 2, 2, 2]), [0, 0])), new SignCodes());
    }

    [Fact]
    public void An_interface_without_layers_beside_it_gets_no_copies()
    {
        var sketch = new GraphSketch();
        var x = sketch.Input(UInt8([1, 4]));
        PassAssert.Declines(sketch.Output(sketch.Node(new Reshape([4]), UInt8([4]), x)), new SignCodes());
    }

    [Fact]
    public void Narrow_codes_stay()
    {
        var sketch = new GraphSketch();
        var x = sketch.Input(new TensorType(ElementType.Unsigned(7), [1, 2, 2, 2], QuantParams.PerTensor(0.1)));
        PassAssert.Declines(sketch.Output(sketch.Pointwise(x, GraphSketch.Int8([1, 2, 2, 2]), [1, 2])), new SignCodes());
    }
}
