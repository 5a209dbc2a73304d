using Brim.Core.IR.Ops;
using Brim.Testing;

namespace Brim.Targets.Arm.Tests;

/// <summary>Random networks, so that kernels run in place and over each other's memory as the planner places them.</summary>
public class RandomChainTests
{
    private const int Inferences = 2;

    private static readonly RandomGraphOptions Options = new()
    {
        Requantization = Requantization.TfLiteDouble,
        Nodes = 10,
        MaxChannels = 13,
        MaxExtent = 12,
        Operators = ["conv2d", "conv2d", "depthwise_conv2d", "fully_connected", "add", "average_pool2d"],
    };

    [SkippableTheory]
    [InlineData(1, "cortex-m4")]
    [InlineData(2, "cortex-m4")]
    [InlineData(3, "cortex-m4")]
    [InlineData(4, "cortex-m4")]
    [InlineData(5, "cortex-m4")]
    [InlineData(6, "cortex-m4")]
    [InlineData(7, "cortex-m55")]
    [InlineData(8, "cortex-m55")]
    public void On_the_host_a_random_network_gives_the_reference_bits(int seed, string target)
    {
        CompiledLibrary.Require("gcc");
        var graph = RandomGraphs.Create(seed, Options);
        var inputs = Enumerable.Range(0, Inferences).Select(i => RandomGraphs.Inputs(graph, i)).ToList();
        using var library = new CompiledLibrary(graph, target);
        Assert.Equal(CompiledLibrary.Reference(graph, inputs), library.RunOnHost(CompiledLibrary.Bytes(inputs)));
    }

    [SkippableTheory]
    [InlineData(11, "cortex-m4")]
    [InlineData(12, "cortex-m4")]
    [InlineData(13, "cortex-m4")]
    [InlineData(14, "cortex-m55")]
    [InlineData(15, "cortex-m55")]
    [InlineData(16, "cortex-m55")]
    public void On_an_emulated_board_a_random_network_gives_the_reference_bits(int seed, string target)
    {
        CompiledLibrary.Require("gcc", "arm-none-eabi-gcc", "qemu-system-arm");
        var graph = RandomGraphs.Create(seed, Options);
        var inputs = Enumerable.Range(0, Inferences).Select(i => RandomGraphs.Inputs(graph, i)).ToList();
        using var library = new CompiledLibrary(graph, target);
        Assert.Equal(CompiledLibrary.Reference(graph, inputs), library.RunEmulated(CompiledLibrary.Bytes(inputs)).Outputs.ToArray());
    }
}
