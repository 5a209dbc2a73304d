using System.Collections.Immutable;
using Brim.Core.IR;
using Brim.Quantize.Evaluation;

namespace Brim.Quantize.Networks;

/// <summary>
/// A float graph together with the types of its activations and the codes of its weights: what the integer graph is made of, and what
/// simulates it in floats.
/// </summary>
/// <param name="Graph">The float graph (fused, equalized).</param>
/// <param name="Activations">Integer type of every activation, and of the constants that are added to one or multiplied with one.</param>
/// <param name="Layers">Quantized layers by the id of their result; layers that are not done yet are absent.</param>
public sealed record QuantizedNetwork(
    Graph Graph,
    ImmutableDictionary<int, FakeQuantizer> Activations,
    ImmutableSortedDictionary<int, LayerQuantization> Layers)
{
    /// <summary>The float graph with the quantized layers' real weights and biases in the place of the original ones.</summary>
    public Graph Simulated()
    {
        var values = Graph.Values.ToBuilder();
        foreach (var (id, quantizer) in Activations)
        {
            if (values[id].Constant is not { } constant)
                continue;
            var rounded = (float[])constant.Floats.Clone();
            quantizer.Apply(rounded);
            values[id] = WithFloats(values[id], rounded);
        }
        foreach (var node in Graph.Nodes)
        {
            if (!Layers.TryGetValue(node.Output, out var layer))
                continue;
            var linear = LinearLayer.TryMake(Graph, node)!;
            values[linear.W] = WithFloats(values[linear.W], FloatWeights.FromMatrix(linear, layer.Codes.Dequantized(layer.Grid)));
            if (linear.Bias != Value.None)
                values[linear.Bias] = WithFloats(values[linear.Bias], [.. layer.Bias.Select(b => (float)b)]);
        }
        return Graph with { Values = values.ToImmutable() };
    }

    /// <summary>Evaluates the network as quantized so far, in floats.</summary>
    public GraphEvaluator Simulate(IEnumerable<int>? wanted = null) => new(Simulated(), wanted, Activations);

    private static Value WithFloats(Value value, float[] floats) => value with { Constant = Tensor.FromFloats(value.Type, floats) };
}
