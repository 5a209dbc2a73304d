using Brim.Compile.Transforms;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using static Brim.Compile.Tests.Transforms.GraphSketch;

namespace Brim.Compile.Tests.Transforms;

public class RemoveDeadChannelsTests
{
    private static readonly TensorType Image = Int8([1, 4, 5, 2]);
    private static readonly Window2D Same = new(PadTop: 1, PadLeft: 1, PadBottom: 1, PadRight: 1);

    [Fact]
    public void A_constant_channel_moves_into_the_next_bias()
    {
        var g = new GraphSketch();
        var a = g.Pointwise(g.Input(Image), Int8([1, 4, 5, 4]), [100, -50, 700, 9], 0, 2);
        var b = g.Pointwise(a, Int8([1, 4, 5, 3]), [1, 2, 3]);
        var graph = PassAssert.Changes(g.Output(b), new RemoveDeadChannels());
        Assert.Equal(2, graph.TypeOf(graph.Nodes[0].Output).Shape[3]);
        Assert.Equal(20 * ((2 * 2) + (3 * 2)), MultiplyAccumulateCount.Of(graph));
    }

    [Fact]
    public void Zero_goes_through_padded_depthwise_layers()
    {
        // Bias 0 gives the zero point, which padding reads too.
        var g = new GraphSketch();
        var a = g.Pointwise(g.Input(Image), Int8([1, 4, 5, 3]), [5, 0, 7], 1);
        var b = g.Depthwise(a, Int8([1, 4, 5, 3]), Same);
        var graph = PassAssert.Changes(g.Output(g.Pointwise(b, Image, [1, 2])), new RemoveDeadChannels());
        Assert.Equal([2, 2, 2], graph.Nodes.Select(n => graph.TypeOf(n.Output).Shape[3]));
    }

    [Fact]
    public void A_channel_that_saturates_for_every_input_goes()
    {
        // Weights of channel 1 reach 50 * 256 * 2 codes of the accumulator at most; its bias keeps it beyond the last code.
        var g = new GraphSketch();
        var a = g.Pointwise(g.Input(Image), Int8([1, 4, 5, 3]), [5, 1_000_000, 7]);
        var graph = PassAssert.Changes(g.Output(g.Pointwise(a, Image, [1, 2])), new RemoveDeadChannels());
        Assert.Equal(2, graph.TypeOf(graph.Nodes[0].Output).Shape[3]);
    }

    [Fact]
    public void A_channel_whose_accumulator_can_wrap_around_stays()
    {
        var g = new GraphSketch();
        var a = g.Pointwise(g.Input(Image), Int8([1, 4, 5, 3]), [5, int.MaxValue - 100, 7]);
        PassAssert.Declines(g.Output(g.Pointwise(a, Image, [1, 2])), new RemoveDeadChannels());
    }

    [Fact]
    public void A_channel_that_differs_at_the_border_stays()
    {
        var g = new GraphSketch();
        var a = g.Pointwise(g.Input(Image), Int8([1, 4, 5, 3]), [5, 20000, 7], 1);
        var b = g.Depthwise(a, Int8([1, 4, 5, 3]), Same);
        PassAssert.Declines(g.Output(g.Pointwise(b, Image, [1, 2])), new RemoveDeadChannels());
    }

    [Fact]
    public void A_border_that_the_clamp_levels_goes()
    {
        // The depthwise result is below zero everywhere, border or not: the activation makes it constant.
        var g = new GraphSketch();
        var a = g.Pointwise(g.Input(Image), Int8([1, 4, 5, 2]), [5, 2000], 1);
        var w = g.Weights([1, 3, 3, 2], 3, i => i % 2 == 1 ? -40 : i * 5);
        var b = g.Node(new DepthwiseConv2D(Same, Activation.Relu, Requantization.TfLiteDouble), Int8([1, 4, 5, 2]), a, w, g.Bias(3, -10));
        var graph = PassAssert.Changes(g.Output(g.Pointwise(b, Image, [1, 2])), new RemoveDeadChannels());
        Assert.Equal(1, graph.TypeOf(graph.Nodes[1].Output).Shape[3]);
    }

    [Fact]
    public void Constants_go_through_sums_pools_and_flattening()
    {
        var g = new GraphSketch();
        var x = g.Input(Image);
        var type = Int8([1, 4, 5, 4]);
        var a = g.Pointwise(x, type, [100, 3000, -700, 9], 1, 2);
        var b = g.Pointwise(x, type, [10, 200, 400, 9], 1, 2);
        var sum = g.Node(new Add(Activation.Relu), Int8([1, 4, 5, 4], 0.15, 4), a, b);
        sum = g.Node(new Mul(Activation.None), Int8([1, 4, 5, 4], 0.15, 4), sum, g.Editor.AddConstant("factor", Tensor.FromCodes(Int8([4], 0.01), [90, 70, 50, 30])));
        var pool = g.Node(new AveragePool2D(new Window2D(2, 2), 2, 2, Activation.None), Int8([1, 2, 2, 4], 0.15, 4), sum);
        var flat = g.Node(new Reshape([1, 16]), Int8([1, 16], 0.15, 4), pool);
        var y = g.Node(new FullyConnected(Activation.None, Requantization.TfLiteDouble, false), Int8([1, 3]), flat, g.Weights([3, 16], 0, i => (i * 13 % 60) - 30));
        var graph = PassAssert.Changes(g.Output(y), new RemoveDeadChannels());
        Assert.All(graph.Nodes.Take(5), n => Assert.Equal(2, graph.TypeOf(n.Output).Shape[-1]));
        Assert.Equal(8, graph.TypeOf(graph.Nodes[5].Output).Shape[-1]);
        Assert.Equal(3, graph.Nodes[6].Inputs.Length);
    }

    [Fact]
    public void A_channel_that_nobody_reads_goes()
    {
        var g = new GraphSketch();
        var a = g.Pointwise(g.Input(Image), Int8([1, 4, 5, 3]), [5, 6, 7]);
        var w = g.Weights([2, 1, 1, 3], 0, i => i % 3 == 2 ? 0 : 40 + i);
        var y = g.Node(new Conv2D(Same, Activation.None, Requantization.TfLiteDouble), Int8([1, 6, 7, 2]), a, w, g.Bias(1, 2));
        var graph = PassAssert.Changes(g.Output(y), new RemoveDeadChannels());
        Assert.Equal(2, graph.TypeOf(graph.Nodes[0].Output).Shape[3]);
    }

    [Fact]
    public void Channels_that_a_softmax_or_the_caller_reads_stay()
    {
        var g = new GraphSketch();
        var a = g.Pointwise(g.Input(Image), Int8([1, 4, 5, 4]), [100, -50, 700, 9], 0, 2);
        PassAssert.Declines(g.Output(a, g.Pointwise(a, Image, [1, 2])), new RemoveDeadChannels());
        g = new GraphSketch();
        a = g.Pointwise(g.Input(Image), Int8([1, 4, 5, 4]), [100, -50, 700, 9], 0, 2);
        PassAssert.Declines(g.Output(g.Node(new Softmax(1), new TensorType(ElementType.Int8, [1, 4, 5, 4], QuantParams.PerTensor(1 / 256.0, -128)), a)), new RemoveDeadChannels());
    }

    [Fact]
    public void One_channel_is_kept_of_those_that_are_all_constant()
    {
        var g = new GraphSketch();
        var a = g.Pointwise(g.Input(Image), Int8([1, 4, 5, 3]), [100, -50, 700], 0, 1, 2);
        var graph = PassAssert.Changes(g.Output(g.Pointwise(a, Image, [1, 2])), new RemoveDeadChannels());
        Assert.Equal(1, graph.TypeOf(graph.Nodes[0].Output).Shape[3]);
    }

    [Fact]
    public void A_depth_multiplier_loses_whole_groups_only()
    {
        var g = new GraphSketch();
        var a = g.Pointwise(g.Input(Image), Int8([1, 4, 5, 3]), [5, 0, 7], 1);
        var b = g.Depthwise(a, Int8([1, 4, 5, 6]), Same);
        var graph = PassAssert.Changes(g.Output(g.Pointwise(b, Image, [1, 2])), new RemoveDeadChannels());
        Assert.Equal([2, 4, 2], graph.Nodes.Select(n => graph.TypeOf(n.Output).Shape[3]));
    }

    [Fact]
    public void A_depth_multiplier_on_one_channel_loses_single_channels()
    {
        var g = new GraphSketch();
        var w = g.Weights([1, 3, 3, 4], 3, i => i % 4 == 2 ? 0 : i - 15);
        var a = g.Node(new DepthwiseConv2D(Same, Activation.None, Requantization.TfLiteDouble), Int8([1, 4, 5, 4]), g.Input(Int8([1, 4, 5, 1])), w, g.Bias(1, 2, 300, 4));
        var graph = PassAssert.Changes(g.Output(g.Pointwise(a, Image, [1, 2])), new RemoveDeadChannels());
        Assert.Equal(3, graph.TypeOf(graph.Nodes[0].Output).Shape[3]);
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(700, 3)]
    public void A_padded_convolution_takes_only_the_constant_that_its_padding_reads(int bias, int channels)
    {
        var g = new GraphSketch();
        var a = g.Pointwise(g.Input(Image), Int8([1, 4, 5, 3]), [5, bias, 7], 1);
        var w = g.Weights([2, 3, 3, 3], 0, i => (i * 7 % 41) - 20);
        var y = g.Node(new Conv2D(Same, Activation.None, Requantization.TfLiteDouble), Image, a, w, g.Bias(1, 2));
        var graph = PassAssert.KeepsBits(g.Output(y), new RemoveDeadChannels());
        Assert.Equal(channels, graph.TypeOf(graph.Nodes[0].Output).Shape[3]);
    }
}
