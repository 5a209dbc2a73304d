using System.Collections.Immutable;
using Brim.Compile.Program;
using Brim.Core.IR;

namespace Brim.Compile.Planning;

/// <summary>
/// Which values are one buffer: results of pure copies and their operands. Of the values that share, at most one is a graph input or
/// output, because those are where the caller says.
/// </summary>
internal sealed class SharedStorage
{
    private readonly Dictionary<int, int> _storage = [];

    private SharedStorage(ImmutableArray<(Node Node, KernelCall Call)> steps, ImmutableArray<Node> elided)
    {
        Steps = steps;
        Elided = elided;
    }

    /// <summary>The calls that remain.</summary>
    public ImmutableArray<(Node Node, KernelCall Call)> Steps { get; }

    /// <summary>The copies that are gone.</summary>
    public ImmutableArray<Node> Elided { get; }

    /// <summary>The value that stands for the storage of each view.</summary>
    public ImmutableSortedDictionary<int, int> Views => _storage.Where(p => p.Key != p.Value).ToImmutableSortedDictionary();

    /// <summary>The value that stands for a value's storage.</summary>
    public int Of(int value) => _storage.GetValueOrDefault(value, value);

    /// <summary>Removes copies where it can.</summary>
    public static SharedStorage Create(Graph graph, ImmutableArray<(Node Node, KernelCall Call)> steps)
    {
        var storage = new Dictionary<int, int>();
        int Of(int value) => storage.GetValueOrDefault(value, value);
        bool IsInterface(int value) => graph.Inputs.Contains(value) || graph.Outputs.Contains(value);

        var kept = ImmutableArray.CreateBuilder<(Node, KernelCall)>();
        var elided = ImmutableArray.CreateBuilder<Node>();
        foreach (var (node, call) in steps)
        {
            if (!call.IsCopy || graph[node.Inputs[call.InPlaceInput]].IsConstant
                || (IsInterface(node.Output) && IsInterface(Of(node.Inputs[call.InPlaceInput]))))
            {
                kept.Add((node, call));
                continue;
            }
            var from = Of(node.Inputs[call.InPlaceInput]);
            var to = IsInterface(node.Output) ? node.Output : from;
            foreach (var value in graph.Values.Keys.Where(v => Of(v) == from).ToList())
                storage[value] = to;
            storage[node.Output] = to;
            elided.Add(node);
        }
        var result = new SharedStorage(kept.ToImmutable(), elided.ToImmutable());
        foreach (var (value, to) in storage)
            result._storage.Add(value, to);
        return result;
    }
}
