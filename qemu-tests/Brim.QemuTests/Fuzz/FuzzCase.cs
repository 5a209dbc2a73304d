using System.Collections.Immutable;
using Brim.Core.Interpret;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Testing;

namespace Brim.QemuTests.Fuzz;

/// <summary>One random graph with inputs and the outputs that its operators define. The seed decides everything.</summary>
/// <param name="Seed">Seed.</param>
/// <param name="Graph">The graph as an importer would deliver it.</param>
/// <param name="Inputs">For each inference, the graph inputs.</param>
/// <param name="Outputs">For each inference, the graph outputs of the graph interpreter.</param>
internal sealed record FuzzCase(
    int Seed, Graph Graph, ImmutableArray<ImmutableArray<Tensor>> Inputs, ImmutableArray<ImmutableArray<Tensor>> Outputs)
{
    /// <summary>Inferences of every case; each starts from memory with other contents.</summary>
    public const int Inferences = 2;

    // An odd number, so that over the seeds every kind meets both kinds of placement.
    private static readonly ImmutableArray<RandomGraphOptions> Kinds =
    [
        new() { Nodes = 6 },
        new() { Nodes = 6, Activation = ElementType.Int16 },
        new() { Nodes = 4, MaxChannels = 22, Operators = ["conv2d", "depthwise_conv2d", "fully_connected", "add", "average_pool2d", "mean"] },
        new() { Nodes = 5, Activation = ElementType.Unsigned(4), WeightBits = 3, Requantization = Requantization.Single },
        new() { Nodes = 5, Requantization = Requantization.PowerOfTwo },
        new() { Nodes = 5, Requantization = Requantization.OnnxFloat },
        new() { Nodes = 4, WeightBits = 4, MaxExtent = 14, MaxChannels = 5 },
        // Layers that lane kernels take, over each other's memory.
        new() { Nodes = 7, Activation = ElementType.Unsigned(6), WeightBits = 4, MaxChannels = 24, Operators = ["conv2d", "conv2d", "depthwise_conv2d", "fully_connected", "add", "mean"] },
    ];

    /// <summary>True if inputs and outputs lie at their places in the arena, false if they are buffers of their own.</summary>
    public bool InterfaceInArena => Seed % 2 != 0;

    /// <summary>Makes a case.</summary>
    public static FuzzCase Create(int seed)
    {
        var graph = RandomGraphs.Create(seed, Kinds[seed % Kinds.Length]);
        return Create(seed, graph, [.. Enumerable.Range(0, Inferences).Select(n => RandomGraphs.Inputs(graph, (seed * Inferences) + n))]);
    }

    /// <summary>A case of another graph with the same inputs.</summary>
    public static FuzzCase Create(int seed, Graph graph, ImmutableArray<ImmutableArray<Tensor>> inputs) =>
        new(seed, graph, inputs, [.. inputs.Select(i => GraphInterpreter.Run(graph, i))]);
}
