using System.Collections.Immutable;
using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Quantize.Evaluation;

/// <summary>
/// Evaluates a graph fast on many samples, one sample at a time in each session: vectorised convolutions for floats and for codes of up to 8
/// bits, the operators' own reference for everything else. Integer graphs give exactly the bits of the reference interpreter; float sums
/// are taken in another order than there.
/// </summary>
public sealed class GraphEvaluator
{
    private readonly ImmutableDictionary<int, FakeQuantizer> _quantizers;

    /// <summary>Prepares a graph.</summary>
    /// <param name="graph">The graph; a verified one with static shapes.</param>
    /// <param name="wanted">Values that will be read; only what they depend on is computed. Null for the graph's outputs.</param>
    /// <param name="quantizers">Values of a float graph that are rounded as soon as they are known.</param>
    public GraphEvaluator(Graph graph, IEnumerable<int>? wanted = null, ImmutableDictionary<int, FakeQuantizer>? quantizers = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        Graph = graph;
        _quantizers = quantizers ?? ImmutableDictionary<int, FakeQuantizer>.Empty;
        var needed = new HashSet<int>(wanted ?? graph.Outputs);
        var nodes = new List<Node>();
        foreach (var node in graph.Nodes.Reverse())
        {
            if (!node.Outputs.Any(needed.Contains))
                continue;
            nodes.Add(node);
            needed.UnionWith(node.Inputs.Where(id => id != Value.None));
        }
        nodes.Reverse();
        Steps = [.. nodes.Select(n => StepFor(graph, n))];
        StepOutputs = [.. nodes.Select(n => n.Outputs)];
    }

    /// <summary>The graph.</summary>
    public Graph Graph { get; }

    internal ImmutableArray<IEvaluationStep> Steps { get; }

    internal ImmutableArray<ImmutableArray<int>> StepOutputs { get; }

    /// <summary>Makes buffers for one thread.</summary>
    public EvaluationSession NewSession() => new(this);

    internal void Round(int id, Array storage)
    {
        if (_quantizers.TryGetValue(id, out var quantizer))
            quantizer.Apply((float[])storage);
    }

    internal Array?[] NewValues()
    {
        var values = new Array?[Graph.Values.Count == 0 ? 0 : Graph.Values.Keys.Max() + 1];
        foreach (var (id, value) in Graph.Values)
        {
            var tensor = value.Constant ?? Tensor.Zeros(value.Type);
            values[id] = tensor.Type.Element switch
            {
                { IsFloat: true } => tensor.Floats,
                { Bits: 64 } => tensor.WideCodes,
                _ => tensor.Codes,
            };
        }
        return values;
    }

    // In order of preference: the first that accepts the node; the reference accepts all.
    private static IEvaluationStep StepFor(Graph graph, Node node) => node.Op switch
    {
        Conv2D or FullyConnected => (IEvaluationStep?)FloatConvStep.TryMake(graph, node) ?? IntegerConvStep.TryMake(graph, node),
        DepthwiseConv2D => (IEvaluationStep?)FloatDepthwiseStep.TryMake(graph, node) ?? IntegerDepthwiseStep.TryMake(graph, node),
        Add => (IEvaluationStep?)FloatAddStep.TryMake(graph, node) ?? IntegerAddStep.TryMake(graph, node),
        Mean => GlobalMeanStep.TryMake(graph, node),
        Pool2D => (IEvaluationStep?)GlobalMeanStep.TryMake(graph, node) ?? IntegerPoolStep.TryMake(graph, node),
        Reshape => new CopyStep(node),
        WindowBits or WindowBitPairs => WindowStep.TryMake(graph, node),
        _ => null,
    }
    ?? new ReferenceStep(graph, node);
}
