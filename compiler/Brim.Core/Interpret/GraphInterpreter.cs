using System.Collections.Immutable;
using Brim.Core.IR;

namespace Brim.Core.Interpret;

/// <summary>Runs a graph node by node with the operators' own definitions: the reference that everything compiled must equal.</summary>
public static class GraphInterpreter
{
    /// <summary>Computes the graph's outputs.</summary>
    /// <param name="graph">A verified graph.</param>
    /// <param name="inputs">One tensor for each graph input, of its element type and shape.</param>
    /// <param name="observe">Sees every value that a node computes, and the inputs, when it is defined; values are freed after their last use.</param>
    /// <returns>One tensor for each graph output, in order.</returns>
    /// <exception cref="ArgumentException">Inputs do not fit the graph.</exception>
    public static ImmutableArray<Tensor> Run(Graph graph, IReadOnlyList<Tensor> inputs, Action<Value, Tensor>? observe = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.Count != graph.Inputs.Length)
            throw new ArgumentException($"{inputs.Count} inputs for a graph with {graph.Inputs.Length}", nameof(inputs));
        var live = new Dictionary<int, Tensor>();
        for (var i = 0; i < inputs.Count; i++)
        {
            var value = graph[graph.Inputs[i]];
            if (inputs[i].Type.Element != value.Type.Element || inputs[i].Type.Shape != value.Type.Shape)
                throw new ArgumentException($"input {i} is {inputs[i].Type} where '{value.Name}' is {value.Type}", nameof(inputs));
            // The graph's quantization counts; the caller need not repeat it.
            Define(value, inputs[i].WithType(value.Type));
        }
        var lastUse = LastUses(graph);
        for (var n = 0; n < graph.Nodes.Length; n++)
        {
            var node = graph.Nodes[n];
            var context = new EvaluationContext(
                [.. node.Inputs.Select(id => id == Value.None ? null : Read(id))],
                [.. node.Outputs.Select(graph.TypeOf)]);
            node.Op.Evaluate(context);
            var results = context.Outputs;
            for (var k = 0; k < results.Length; k++)
                Define(graph[node.Outputs[k]], results[k].WithType(graph.TypeOf(node.Outputs[k])));
            foreach (var id in node.Inputs.Concat(node.Outputs).Where(id => lastUse.GetValueOrDefault(id, -1) <= n))
                live.Remove(id);
        }
        return [.. graph.Outputs.Select(Read)];

        Tensor Read(int id) => graph[id].Constant ?? live[id];

        void Define(Value value, Tensor tensor)
        {
            live[value.Id] = tensor;
            observe?.Invoke(value, tensor);
        }
    }

    // Index of the last node that reads each value; graph outputs live to the end.
    private static Dictionary<int, int> LastUses(Graph graph)
    {
        var lastUse = new Dictionary<int, int>();
        for (var n = 0; n < graph.Nodes.Length; n++)
        {
            foreach (var id in graph.Nodes[n].Inputs)
                lastUse[id] = n;
        }
        foreach (var id in graph.Outputs)
            lastUse[id] = int.MaxValue;
        return lastUse;
    }
}
