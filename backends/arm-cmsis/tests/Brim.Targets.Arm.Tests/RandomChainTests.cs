using System.Collections.Immutable;
using Brim.Compile.Costs;
using Brim.Compile.Transforms;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
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

    /// <summary>With costs channels are ordered and all candidates compete; the certificate's widths say that lanes are among them.</summary>
    [SkippableTheory]
    [InlineData("cortex-m4", 22)]
    [InlineData("cortex-m0", 23)]
    public void Chosen_by_cost_a_random_network_gives_the_reference_bits(string target, int seed)
    {
        CompiledLibrary.Require("gcc");
        var diagnostics = new DiagnosticBag();
        var costs = KernelCostModel.Load(Path.Combine(TestData.RepositoryRoot, "backends", "arm-cmsis", "costs"), diagnostics);
        Assert.False(diagnostics.HasErrors);
        var graph = RandomGraphs.Create(seed, Options with
        {
            Activation = ElementType.Unsigned(4), WeightBits = 4, Requantization = Requantization.Single, Nodes = 16, MaxChannels = 24,
            Operators = ["conv2d", "conv2d", "conv2d", "depthwise_conv2d", "add"],
        });
        var inputs = Enumerable.Range(0, Inferences).Select(i => RandomGraphs.Inputs(graph, i)).ToList();
        using var library = new CompiledLibrary(graph, target, costs: costs);
        Assert.Contains(library.Model.Choices, c => c.Call.Lanes?.Packed is not null);
        Assert.Contains(ChannelGroups.Of(library.Model.Program.Graph).Free, g => IsReordered(graph, library.Model.Program.Graph, g));
        Assert.Equal(CompiledLibrary.Reference(graph, inputs), library.RunOnHost(CompiledLibrary.Bytes(inputs)));
    }

    /// <summary>Weights of -128 beside negative ones have no room in the upper half of a pair of channels; there is an order in which they stand in the lower.</summary>
    [SkippableFact]
    public void Weights_of_least_code_are_ordered_into_lower_halves()
    {
        CompiledLibrary.Require("gcc");
        var diagnostics = new DiagnosticBag();
        var costs = KernelCostModel.Load(Path.Combine(TestData.RepositoryRoot, "backends", "arm-cmsis", "costs"), diagnostics);
        var graph = WithLeastCodes(RandomGraphs.Create(31, Options with { Requantization = Requantization.Single, Nodes = 30, MaxChannels = 12, Operators = ["conv2d"] }));
        var inputs = Enumerable.Range(0, Inferences).Select(i => RandomGraphs.Inputs(graph, i)).ToList();
        using var plain = new CompiledLibrary(graph, "cortex-m4");
        using var ordered = new CompiledLibrary(graph, "cortex-m4", costs: costs);
        // Only the order of the network's outputs is fixed.
        Assert.InRange(Refused(plain), graph.Outputs.Length + 2, graph.Nodes.Length);
        Assert.InRange(Refused(ordered), 0, graph.Outputs.Length);
        Assert.Equal(CompiledLibrary.Reference(graph, inputs), ordered.RunOnHost(CompiledLibrary.Bytes(inputs)));

        static int Refused(CompiledLibrary library) =>
            library.Model.Choices.Count(c => c.Tried.Any(t => t.Candidate.Refusal?.Contains("-128", StringComparison.Ordinal) == true));
    }

    /// <summary>Every second channel gets a weight of -128 beside a negative one.</summary>
    private static Graph WithLeastCodes(Graph graph)
    {
        var editor = new GraphEditor(graph);
        foreach (var node in graph.Nodes.Where(n => n.Op is Conv2D))
        {
            var weights = graph[node.Inputs[1]].Constant!;
            var (codes, taps) = ((int[])weights.Codes.Clone(), weights.Codes.Length / weights.Type.Shape[0]);
            for (var c = 1; c < weights.Type.Shape[0]; c += 2)
                (codes[(c - 1) * taps], codes[c * taps]) = (-5, -128);
            var id = editor.AddConstant(graph[node.Inputs[1]].Name, Tensor.FromCodes(weights.Type, codes));
            editor.Replace(node, node with { Inputs = node.Inputs.SetItem(1, id) });
        }
        return editor.ToGraph();
    }

    /// <summary>True if a layer that writes a group has its weights in another order than the node of its name in the model.</summary>
    private static bool IsReordered(Graph model, Graph compiled, ImmutableArray<int> group)
    {
        var writers = compiled.Nodes.Where(n => n.Op is Conv2D && group.Contains(n.Output));
        return writers.Any(n => model.Nodes.Single(m => m.Name == n.Name) is var m
            && !model[m.Inputs[1]].Constant!.Codes.AsSpan().SequenceEqual(compiled[n.Inputs[1]].Constant!.Codes));
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
