using System.Collections.Immutable;

namespace Brim.Core.IR;

/// <summary>
/// An immutable dataflow graph in topological order. Change it through <see cref="GraphEditor"/>.
/// </summary>
/// <param name="Name">Model name, a C identifier.</param>
/// <param name="Phase">How far it has come.</param>
/// <param name="Inputs">Ids of the graph inputs, in the model's order.</param>
/// <param name="Outputs">Ids of the graph outputs, in the model's order.</param>
/// <param name="Nodes">Nodes; every operand is defined before its use.</param>
/// <param name="Values">All values by id.</param>
public sealed record Graph(
    string Name,
    GraphPhase Phase,
    ImmutableArray<int> Inputs,
    ImmutableArray<int> Outputs,
    ImmutableArray<Node> Nodes,
    ImmutableSortedDictionary<int, Value> Values)
{
    /// <summary>The value with an id.</summary>
    public Value this[int id] => Values[id];

    /// <summary>The type of a value.</summary>
    public TensorType TypeOf(int id) => Values[id].Type;

    /// <summary>Types of a node's operands; null for absent ones.</summary>
    public ImmutableArray<TensorType?> OperandTypes(Node node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return [.. node.Inputs.Select(id => id == Value.None ? null : Values[id].Type)];
    }

    /// <summary>Multiply-accumulates of a node, as frameworks count them (padding taps included).</summary>
    public long MacsOf(Node node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return node.Op.MultiplyAccumulates(OperandTypes(node).AsSpan(), [.. node.Outputs.Select(TypeOf)]);
    }

    /// <summary>The node that produces each value; inputs and constants are absent.</summary>
    public ImmutableDictionary<int, Node> Producers() =>
        Nodes.SelectMany(n => n.Outputs, (n, id) => KeyValuePair.Create(id, n)).ToImmutableDictionary();

    /// <summary>The nodes that read each value, in order; a graph output counts as no node.</summary>
    public ILookup<int, Node> Consumers() =>
        Nodes.SelectMany(n => n.Inputs.Where(id => id != Value.None).Distinct(), (n, id) => (id, n)).ToLookup(p => p.id, p => p.n);
}
