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
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void On_the_host_a_random_network_gives_the_reference_bits(int seed)
    {
        CompiledLibrary.Require("gcc");
        var graph = RandomGraphs.Create(seed, Options);
        var inputs = Enumerable.Range(0, Inferences).Select(i => RandomGraphs.Inputs(graph, i)).ToList();
        using var library = new CompiledLibrary(graph, "cortex-m4");
        Assert.Equal(CompiledLibrary.Reference(graph, inputs), library.RunOnHost(CompiledLibrary.Bytes(inputs)));
    }

    [SkippableTheory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void On_a_Cortex_M4_a_random_network_gives_the_reference_bits(int seed)
    {
        CompiledLibrary.Require("gcc", "arm-none-eabi-gcc", "qemu-system-arm");
        var graph = RandomGraphs.Create(seed, Options);
        var inputs = Enumerable.Range(0, Inferences).Select(i => RandomGraphs.Inputs(graph, i)).ToList();
        using var library = new CompiledLibrary(graph, "cortex-m4");
        Assert.Equal(CompiledLibrary.Reference(graph, inputs), library.RunEmulated(CompiledLibrary.Bytes(inputs)).Outputs.ToArray());
    }
}
