using System.Collections.Immutable;
using Brim.Compile.Transforms;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Testing;
using static Brim.Compile.Tests.Transforms.GraphSketch;

namespace Brim.Compile.Tests.Transforms;

/// <summary>Channels in another order give the same output bits, and only orders that nobody outside of the network sees are free.</summary>
public class PermuteChannelsTests
{
    private static readonly TensorType Image = Int8([1, 4, 5, 3]);
    private static readonly Window2D Same = new(PadTop: 1, PadLeft: 1, PadBottom: 1, PadRight: 1);

    public static TheoryData<int> Batches => [.. Enumerable.Range(0, 5)];

    [Theory]
    [MemberData(nameof(Batches))]
    public void Random_networks_keep_their_bits_in_random_orders(int batch)
    {
        var permuted = 0;
        for (var seed = 60 * batch; seed < (60 * batch) + 60; seed++)
        {
            var random = new SplitMix64((ulong)seed);
            var options = new RandomGraphOptions
            {
                Nodes = 6 + (seed % 9),
                Activation = (seed % 4) switch { 3 => ElementType.Int16, 2 => ElementType.UInt8, _ => ElementType.Int8 },
                Operators = seed % 3 == 0 ? new RandomGraphOptions().Operators
                    : ["conv2d", "conv2d", "conv2d", "depthwise_conv2d", "fully_connected", "add", "mul", "average_pool2d", "max_pool2d", "mean", "pad", "activation", "leaky_relu", "quantize"],
            };
            // Lowered too, with zero points folded into biases.
            var graph = RandomGraphs.Create(seed, options);
            foreach (var start in new[] { graph, StandardPipeline.Run(graph, new PassContext(new DiagnosticBag())) })
            {
                var result = start;
                foreach (var group in ChannelGroups.Of(start).Free)
                {
                    var order = Shuffle(random, start.TypeOf(group[0]).Shape[-1]);
                    result = PermuteChannels.Apply(result, group, order);
                    permuted += order.SequenceEqual(order.Order()) ? 0 : 1;
                }
                PassAssert.SameBits(start, result, 2);
            }
        }
        Assert.True(permuted > 10, $"only {permuted} groups");
    }

    /// <summary>Two branches that are added, a depthwise layer, a mean, and a dense layer that reads several positions of each channel.</summary>
    [Fact]
    public void Orders_go_through_all_operators_that_keep_channels_apart()
    {
        var g = new GraphSketch();
        var x = g.Input(Image);
        var six = Int8([1, 4, 5, 6]);
        var a = g.Pointwise(x, six, [10, 20, 30, 40, 50, 60]);
        var b = g.Pointwise(x, six, [3, 1, 4, 1, 5, 9]);
        var sum = g.Node(new Add(Activation.Relu), six, a, b);
        var deep = g.Depthwise(sum, six, Same);
        var scale = g.Editor.AddConstant("scale", Tensor.FromCodes(Int8([6], zeroPoint: 0), [1, 2, 3, 4, 5, 6]));
        var scaled = g.Node(new Mul(Activation.None), six, deep, scale);
        var pooled = g.Node(new MaxPool2D(new Window2D(2, 2), 2, 2, Activation.None), Int8([1, 2, 2, 6]), scaled);
        var w = g.Weights([5, 24], 0, i => (i * 37 % 101) - 50);
        var dense = g.Node(new FullyConnected(Activation.None, Requantization.Single, false), Int8([1, 5]), pooled, w, g.Bias(1, 2, 3, 4, 5));
        var graph = g.Output(dense);
        var group = Assert.Single(ChannelGroups.Of(graph).Free);
        Assert.Equal([.. new[] { a, b, sum, deep, scaled, pooled }.Order()], group.Order());
        var result = PermuteChannels.Apply(graph, group, [5, 0, 3, 1, 4, 2]);
        PassAssert.SameBits(graph, result, 6);
        // The first channel is now the sixth of all that make it.
        Assert.Equal([60, 9], new[] { 0, 1 }.Select(n => result[result.Nodes[n].Inputs[2]].Constant!.Codes[0]));
    }

    [Fact]
    public void What_the_caller_sees_keeps_its_order()
    {
        var g = new GraphSketch();
        var x = g.Input(Int8([1, 4, 5, 3]));
        var a = g.Pointwise(x, Image, [1, 2, 3]);
        // Added to the input; read by an output.
        var b = g.Node(new Add(Activation.None), Image, a, x);
        var c = g.Pointwise(b, Image, [4, 5, 6]);
        Assert.Empty(ChannelGroups.Of(g.Output(c)).Free);
    }

    [Fact]
    public void Operators_that_mix_channels_bind_them()
    {
        foreach (var mix in new Func<GraphSketch, int, int>[]
        {
            (g, a) => g.Node(new Softmax(1), Int8([1, 4, 5, 3], 1.0 / 256, -128), a),
            (g, a) => g.Node(new Concat(3, Activation.None), Int8([1, 4, 5, 6]), a, a),
            (g, a) => g.Node(new Transpose([0, 3, 1, 2]), Int8([1, 3, 4, 5]), a),
            (g, a) => g.Node(new Reshape([1, 60]), Int8([1, 60]), a),
            (g, a) => g.Node(new Mean([3], true), Int8([1, 4, 5, 1]), a),
        })
        {
            var g = new GraphSketch();
            var a = g.Pointwise(g.Input(Image), Image, [1, 2, 3]);
            Assert.Empty(ChannelGroups.Of(g.Output(mix(g, a))).Free);
        }
    }

    private static ImmutableArray<int> Shuffle(SplitMix64 random, int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        for (var i = count - 1; i > 0; i--)
        {
            var j = random.Between(0, i);
            (order[i], order[j]) = (order[j], order[i]);
        }
        return [.. order];
    }
}
