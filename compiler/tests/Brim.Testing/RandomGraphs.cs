using System.Collections.Immutable;
using Brim.Core.Diagnostics;
using Brim.Core.IR;

namespace Brim.Testing;

/// <summary>
/// Small random graphs that verify: odd shapes, strides, dilations, asymmetric padding, depth multipliers, groups, saturating and tiny
/// scales, extreme zero points, shared operands and several outputs. The same seed always gives the same graph.
/// </summary>
public static class RandomGraphs
{
    /// <summary>A graph.</summary>
    public static Graph Create(int seed, RandomGraphOptions? options = null)
    {
        options ??= new RandomGraphOptions();
        var random = new SplitMix64((ulong)seed);
        var builder = new RandomGraphBuilder($"random_{seed}", options, random);
        for (var placed = 0; placed < options.Nodes;)
        {
            // Not every operator fits every shape; another draw does.
            if (builder.TryPlace(random.Pick(options.Operators)))
                placed++;
        }
        var graph = builder.Finish();
        var diagnostics = new DiagnosticBag();
        if (!GraphVerifier.Verify(graph, diagnostics))
            throw new InvalidOperationException($"seed {seed} makes an invalid graph: {diagnostics.Items[0]}\n{GraphPrinter.Print(graph)}");
        return graph;
    }

    /// <summary>Random inputs for a graph of integer inputs: uniform codes, or now and then only extreme ones.</summary>
    public static ImmutableArray<Tensor> Inputs(Graph graph, int seed)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var random = new SplitMix64((ulong)seed ^ 0xA5A5A5A5);
        return [.. graph.Inputs.Select(id => Codes(graph.TypeOf(id), random, random.OneIn(4)))];
    }

    /// <summary>A tensor of random codes of its type.</summary>
    public static Tensor Codes(TensorType type, SplitMix64 random, bool extreme = false)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(random);
        var (low, high) = ((int)type.Element.MinCode, (int)type.Element.MaxCode);
        var codes = new int[type.Shape.ElementCount];
        for (var i = 0; i < codes.Length; i++)
            codes[i] = extreme ? random.Pick([low, high]) : random.Between(low, high);
        return Tensor.FromCodes(type, codes);
    }
}
