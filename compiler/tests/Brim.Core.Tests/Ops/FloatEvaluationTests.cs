using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Core.Tests.Ops;

/// <summary>Float evaluation on cases small enough to compute by hand.</summary>
public class FloatEvaluationTests
{
    private static readonly Tensor Image = Evaluate.Floats([1, 2, 2, 2], 1, 10, 2, 20, 3, 30, 4, 40);

    [Fact]
    public void Convolution_reads_zero_in_the_padding()
    {
        // A 2x2 kernel of ones on channel 0 and of a tenth on channel 1, padded above and to the left.
        var w = Evaluate.Floats([1, 2, 2, 2], 1, 0.5f, 1, 0.5f, 1, 0.5f, 1, 0.5f);
        var bias = Evaluate.Floats([1], -1);
        var op = new Conv2D(new Window2D(PadTop: 1, PadLeft: 1), Activation.None, default);
        Assert.Equal([5, 17, 23, 59], Evaluate.RunFloat(op, [1, 2, 2, 1], Image, w, bias));
        Assert.Equal([5, 6, 6, 6], Evaluate.RunFloat(op with { Activation = Activation.Relu6 }, [1, 2, 2, 1], Image, w, bias));
    }

    [Fact]
    public void Grouped_and_dilated_convolution()
    {
        var w = Evaluate.Floats([2, 1, 1, 1], 2, 3);
        Assert.Equal([2, 30, 4, 60, 6, 90, 8, 120],
            Evaluate.RunFloat(new Conv2D(new Window2D(), Activation.None, default), [1, 2, 2, 2], Image, w, null));
        var row = Evaluate.Floats([1, 1, 5, 1], 1, 2, 3, 4, 5);
        var two = Evaluate.Floats([1, 1, 2, 1], 1, 10);
        Assert.Equal([31, 42, 53],
            Evaluate.RunFloat(new Conv2D(new Window2D(DilationWidth: 2), Activation.None, default), [1, 1, 3, 1], row, two, null));
    }

    [Fact]
    public void Depthwise_channels_are_multiplied_in_order()
    {
        var w = Evaluate.Floats([1, 1, 1, 4], 1, 2, 3, 4);
        Assert.Equal([1, 2, 30, 40, 2, 4, 60, 80, 3, 6, 90, 120, 4, 8, 120, 160],
            Evaluate.RunFloat(new DepthwiseConv2D(new Window2D(), Activation.None, default), [1, 2, 2, 4], Image, w, null));
    }

    [Fact]
    public void Fully_connected_flattens_or_keeps_dimensions()
    {
        var w = Evaluate.Floats([1, 2], 1, -1);
        Assert.Equal([-9, -18, -27, -36], Evaluate.RunFloat(new FullyConnected(Activation.None, default, false), [4, 1], Image, w));
        Assert.Equal([0, 0, 0, 0], Evaluate.RunFloat(new FullyConnected(Activation.Relu, default, true), [1, 2, 2, 1], Image, w));
    }

    [Fact]
    public void Elementwise_operators_broadcast()
    {
        var b = Evaluate.Floats([2], 1, 2);
        Assert.Equal([2, 12, 3, 22, 4, 32, 5, 42], Evaluate.RunFloat(new Add(Activation.None), [1, 2, 2, 2], Image, b));
        Assert.Equal([0, 8, 1, 18, 2, 28, 3, 38], Evaluate.RunFloat(new Sub(Activation.None), [1, 2, 2, 2], Image, b));
        Assert.Equal([1, 1, 1, 1, 1, 1, 1, 1], Evaluate.RunFloat(new Mul(Activation.ReluN1To1), [1, 2, 2, 2], Image, b));
    }

    [Fact]
    public void Pools_leave_padding_out()
    {
        var window = new Window2D(PadTop: 1, PadLeft: 1);
        Assert.Equal([1, 10, 1.5f, 15, 2, 20, 2.5f, 25],
            Evaluate.RunFloat(new AveragePool2D(window, 2, 2, Activation.None), [1, 2, 2, 2], Image));
        Assert.Equal([1, 6, 2, 6, 3, 6, 4, 6], Evaluate.RunFloat(new MaxPool2D(window, 2, 2, Activation.Relu6), [1, 2, 2, 2], Image));
        var negative = Evaluate.Floats([1, 1, 2, 1], -3, -2);
        Assert.Equal([-3], Evaluate.RunFloat(new MaxPool2D(new Window2D(PadLeft: 1), 1, 2, Activation.None), [1, 1, 1, 1], Evaluate.Floats([1, 1, 1, 1], -3)));
        Assert.Equal([-2], Evaluate.RunFloat(new MaxPool2D(new Window2D(), 1, 2, Activation.None), [1, 1, 1, 1], negative));
    }

    [Fact]
    public void Mean_and_movement()
    {
        Assert.Equal([2.5f, 25], Evaluate.RunFloat(new Mean([1, 2], false), [1, 2], Image));
        Assert.Equal([1, 2, 3, 4, 10, 20, 30, 40], Evaluate.RunFloat(new Transpose([0, 3, 1, 2]), [1, 2, 2, 2], Image));
        Assert.Equal([40, 30], Evaluate.RunFloat(new StridedSlice([0, 1, 1, 1], [1, 1, -1, 1], [1, 1, 2, 1], [2]), [2], Image));
        Assert.Equal([-1, 1, 10, -1, 2, 20], Evaluate.RunFloat(new Pad([0, 1], [0, 0], -1), [2, 3], Evaluate.Floats([2, 2], 1, 10, 2, 20)));
    }

    [Fact]
    public void Functions()
    {
        var x = Evaluate.Floats([1, 3], -1, 0, 2);
        Assert.Equal([-0.25f, 0, 2], Evaluate.RunFloat(new LeakyRelu(0.25), [1, 3], x));
        Assert.Equal([0, 0, 2], Evaluate.RunFloat(new UnaryActivation(Activation.Relu), [1, 3], x));
        AssertNear([0.26894142, 0.5, 0.88079708], Evaluate.RunFloat(new Logistic(), [1, 3], x));
        AssertNear([-0.76159416, 0, 0.96402758], Evaluate.RunFloat(new Tanh(), [1, 3], x));
        AssertNear([0.04201007, 0.1141952, 0.84379473], Evaluate.RunFloat(new Softmax(1), [1, 3], x));
        AssertNear([1, 1, 1], Evaluate.RunFloat(new Softmax(1, 0), [1, 3], x));
    }

    private static void AssertNear(double[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-6);
    }
}
