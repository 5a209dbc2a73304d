using Brim.Compile.Transforms;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using static Brim.Compile.Tests.Transforms.GraphSketch;

namespace Brim.Compile.Tests.Transforms;

public class FusionTests
{
    private static readonly TensorType Image = Int8([1, 4, 5, 2]);

    public static TheoryData<string> Producers => ["conv2d", "depthwise", "dense", "add", "average", "max", "concat", "activation"];

    [Theory]
    [MemberData(nameof(Producers))]
    public void A_clamp_moves_into_its_producer(string producer)
    {
        var g = new GraphSketch();
        var x = g.Input(Image);
        var y = producer switch
        {
            "conv2d" => g.Pointwise(x, Image, [1, 2]),
            "depthwise" => g.Depthwise(x, Image, new Window2D(PadTop: 1, PadLeft: 1, PadBottom: 1, PadRight: 1)),
            "dense" => g.Node(new FullyConnected(Activation.None, Requantization.TfLiteDouble, false), Int8([20, 2]), x, g.Weights([2, 2], 0, i => 20 - (9 * i))),
            "add" => g.Node(new Add(Activation.None), Image, x, x),
            "average" => g.Node(new AveragePool2D(new Window2D(), 2, 2, Activation.None), Int8([1, 3, 4, 2]), x),
            "max" => g.Node(new MaxPool2D(new Window2D(), 2, 2, Activation.None), Int8([1, 3, 4, 2]), x),
            "concat" => g.Node(new Concat(3, Activation.None), Int8([1, 4, 5, 4]), x, x),
            _ => g.Node(new UnaryActivation(Activation.Relu), Int8([1, 4, 5, 2], 0.12), x),
        };
        var type = g.Editor[y].Type;
        var graph = g.Output(g.Node(new UnaryActivation(Activation.ReluN1To1), type, g.Node(new UnaryActivation(Activation.Relu6), type, y)));
        var fused = PassAssert.KeepsBits(graph, new FuseActivation());
        // [0, 6] and then [-1, 1] is [0, 1], which no single activation is: one clamp stays.
        Assert.Equal(2, fused.Nodes.Length);
    }

    [Fact]
    public void Clamps_combine_to_the_narrower()
    {
        var g = new GraphSketch();
        var x = g.Input(Image);
        var y = g.Node(new Add(Activation.Relu), Image, x, x);
        var fused = PassAssert.Changes(g.Output(g.Node(new UnaryActivation(Activation.Relu6), Image, y)), new FuseActivation());
        Assert.Equal(Activation.Relu6, ((Add)Assert.Single(fused.Nodes).Op).Activation);
    }

    [Fact]
    public void Float_clamps_move_too()
    {
        var g = new GraphSketch();
        TensorType type = new(ElementType.Float32, [1, 3, 3, 1]);
        var x = g.Input(type);
        var y = g.Node(new Mul(Activation.Relu), type, x, x);
        Assert.Single(PassAssert.Changes(g.Output(g.Node(new UnaryActivation(Activation.Relu6), type, y)), new FuseActivation()).Nodes);
    }

    [Fact]
    public void Clamps_stay_that_rescale_or_whose_operand_others_read()
    {
        var g = new GraphSketch();
        var x = g.Input(Image);
        var sum = g.Node(new Add(Activation.None), Image, x, x);
        PassAssert.Declines(g.Output(g.Node(new UnaryActivation(Activation.Relu), Int8(Image.Shape, 0.12), sum)), new FuseActivation());
        g = new GraphSketch();
        x = g.Input(Image);
        sum = g.Node(new Add(Activation.None), Image, x, x);
        PassAssert.Declines(g.Output(sum, g.Node(new UnaryActivation(Activation.Relu), Image, sum)), new FuseActivation());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Padding_with_zero_moves_into_convolutions(bool depthwise)
    {
        var g = new GraphSketch();
        var x = g.Input(Image);
        var padded = g.Node(new Pad([0, 1, 2, 0], [0, 0, 1, 0], -3), Int8([1, 5, 8, 2]), x);
        var y = depthwise
            ? g.Depthwise(padded, Int8([1, 5, 8, 2]), new Window2D(PadTop: 1, PadBottom: 1, PadLeft: 1, PadRight: 1))
            : g.Pointwise(padded, Int8([1, 5, 8, 3]), [1, 2, 3]);
        Assert.Single(PassAssert.Changes(g.Output(y), new FusePadding()).Nodes);
    }

    [Fact]
    public void Padding_with_the_least_code_moves_into_maximum_pools()
    {
        var g = new GraphSketch();
        var padded = g.Node(new Pad([0, 1, 1, 0], [0, 1, 1, 0], -128), Int8([1, 6, 7, 2]), g.Input(Image));
        var y = g.Node(new MaxPool2D(new Window2D(), 2, 2, Activation.None), Int8([1, 5, 6, 2]), padded);
        Assert.Single(PassAssert.Changes(g.Output(y), new FusePadding()).Nodes);
    }

    [Fact]
    public void Other_padding_stays()
    {
        var wrongValue = new GraphSketch();
        var padded = wrongValue.Node(new Pad([0, 1, 2, 0], [0, 0, 1, 0], -2), Int8([1, 5, 8, 2]), wrongValue.Input(Image));
        PassAssert.Declines(wrongValue.Output(wrongValue.Pointwise(padded, Int8([1, 5, 8, 3]), [1, 2, 3])), new FusePadding());

        var channels = new GraphSketch();
        padded = channels.Node(new Pad([0, 0, 0, 1], [0, 0, 0, 0], -3), Int8([1, 4, 5, 3]), channels.Input(Image));
        PassAssert.Declines(channels.Output(channels.Pointwise(padded, Int8([1, 4, 5, 3]), [1, 2, 3])), new FusePadding());

        var average = new GraphSketch();
        padded = average.Node(new Pad([0, 1, 1, 0], [0, 1, 1, 0], -3), Int8([1, 6, 7, 2]), average.Input(Image));
        PassAssert.Declines(average.Output(average.Node(new AveragePool2D(new Window2D(), 2, 2, Activation.None), Int8([1, 5, 6, 2]), padded)), new FusePadding());
    }

    [Fact]
    public void Zero_points_move_into_biases()
    {
        var g = new GraphSketch();
        var x = g.Depthwise(g.Input(Image), Image, new Window2D(PadTop: 1, PadLeft: 1, PadBottom: 1, PadRight: 1));
        x = g.Node(new Conv2D(new Window2D(PadTop: 1, PadLeft: 1), Activation.Relu, Requantization.Single), Int8([1, 4, 5, 3], 0.2, 9), x,
            g.Weights([3, 2, 2, 2], 0, i => (i * 7 % 50) - 20));
        x = g.Node(new FullyConnected(Activation.None, Requantization.TfLiteDouble, true), Int8([1, 4, 5, 2]), x, g.Weights([2, 3], 0, i => 30 - (11 * i)), g.Bias(5, -7));
        var graph = PassAssert.Changes(g.Output(x), new FoldInputZeroPoint());
        Assert.True(graph.Nodes[0].Op is DepthwiseConv2D { ZeroPointFolded: true });
        Assert.True(graph.Nodes[1].Op is Conv2D { ZeroPointFolded: true });
        Assert.True(graph.Nodes[2].Op is FullyConnected { ZeroPointFolded: true });
        Assert.Equal(3, graph.Nodes[1].Inputs.Length);
        PassAssert.Declines(graph, new FoldInputZeroPoint());
    }

    [Fact]
    public void A_zero_point_stays_where_the_bias_would_overflow()
    {
        var g = new GraphSketch();
        var x = g.Input(Image);
        var y = g.Node(new FullyConnected(Activation.None, Requantization.TfLiteDouble, false), Int8([20, 1]), x, g.Weights([1, 2], 0, _ => 100), g.Bias(int.MaxValue - 100));
        PassAssert.Declines(g.Output(y), new FoldInputZeroPoint());
    }
}
