using System.Collections.Immutable;
using Brim.Core.Diagnostics;
using Brim.Core.IR.Ops;

namespace Brim.Core.IR;

/// <summary>
/// A mutable copy of a graph for one pass or importer; <see cref="ToGraph"/> gives the new immutable graph, without dead nodes and
/// unused values, in topological order.
/// </summary>
public sealed class GraphEditor
{
    private readonly SortedDictionary<int, Value> _values = [];
    private readonly List<Node> _nodes = [];
    private readonly List<int> _inputs = [];
    private readonly List<int> _outputs = [];
    private int _nextId;

    /// <summary>Starts an empty graph.</summary>
    public GraphEditor(string name) => Name = name;

    /// <summary>Starts from a graph.</summary>
    public GraphEditor(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        Name = graph.Name;
        Phase = graph.Phase;
        foreach (var (id, value) in graph.Values)
            _values.Add(id, value);
        _nodes.AddRange(graph.Nodes);
        _inputs.AddRange(graph.Inputs);
        _outputs.AddRange(graph.Outputs);
        _nextId = _values.Count == 0 ? 0 : _values.Keys.Last() + 1;
    }

    /// <summary>Model name.</summary>
    public string Name { get; set; }

    /// <summary>Phase of the graph to be.</summary>
    public GraphPhase Phase { get; set; }

    /// <summary>Current nodes. Do not modify the graph while enumerating: take a copy.</summary>
    public IReadOnlyList<Node> Nodes => _nodes;

    /// <summary>True if a value is a graph input or output: where it lies is the caller's business.</summary>
    public bool IsInterface(int id) => _inputs.Contains(id) || _outputs.Contains(id);

    /// <summary>The value with an id.</summary>
    public Value this[int id] => _values[id];

    /// <summary>Adds a graph input.</summary>
    public int AddInput(string name, TensorType type)
    {
        var id = AddValue(name, type);
        _inputs.Add(id);
        return id;
    }

    /// <summary>Adds a constant.</summary>
    public int AddConstant(string name, Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        _values.Add(_nextId, new Value(_nextId, name, tensor.Type, tensor));
        return _nextId++;
    }

    /// <summary>Adds a value that a node added later will define.</summary>
    public int AddValue(string name, TensorType type)
    {
        _values.Add(_nextId, new Value(_nextId, name, type));
        return _nextId++;
    }

    /// <summary>Adds a node with one new result of the given type; returns the result's id.</summary>
    public int AddNode(Op op, ReadOnlySpan<int> inputs, TensorType outputType, string name, SourceLocation location)
    {
        var id = AddValue(name, outputType);
        AddNode(new Node(op, [.. inputs], [id], name, location));
        return id;
    }

    /// <summary>Adds a node whose results are already values of this graph. It may stand anywhere: the order is restored at the end.</summary>
    public void AddNode(Node node) => _nodes.Add(node);

    /// <summary>Marks a value as the next graph output.</summary>
    public void AddOutput(int id) => _outputs.Add(id);

    /// <summary>Makes another value the graph output at an index.</summary>
    public void SetOutput(int index, int id) => _outputs[index] = id;

    /// <summary>Puts another node in the place of one.</summary>
    public void Replace(Node node, Node replacement) => _nodes[_nodes.IndexOf(node)] = replacement;

    /// <summary>Removes a node; its results must have been replaced everywhere.</summary>
    public void Remove(Node node) => _nodes.Remove(node);

    /// <summary>Changes the type of a value that is not a constant.</summary>
    public void SetType(int id, TensorType type) => _values[id] = _values[id] with { Type = type };

    /// <summary>Makes every reader (and graph output) of a value read another one.</summary>
    public void ReplaceUses(int id, int replacement)
    {
        for (var i = 0; i < _nodes.Count; i++)
        {
            if (_nodes[i].Inputs.Contains(id))
                _nodes[i] = _nodes[i] with { Inputs = [.. _nodes[i].Inputs.Select(x => x == id ? replacement : x)] };
        }
        for (var i = 0; i < _outputs.Count; i++)
        {
            if (_outputs[i] == id)
                _outputs[i] = replacement;
        }
    }

    /// <summary>The graph: live nodes in topological order (stable: nodes keep their relative order where they can) and the values they use.</summary>
    /// <exception cref="InvalidOperationException">A value has no definition or the graph has a cycle.</exception>
    public Graph ToGraph()
    {
        var producer = new Dictionary<int, Node>();
        foreach (var node in _nodes)
        {
            foreach (var id in node.Outputs)
                producer.Add(id, node);
        }
        var live = new HashSet<Node>(ReferenceEqualityComparer.Instance);
        var pending = new Stack<int>(_outputs);
        while (pending.TryPop(out var id))
        {
            if (!producer.TryGetValue(id, out var node) || !live.Add(node))
                continue;
            foreach (var input in node.Inputs.Where(i => i != Value.None))
                pending.Push(input);
        }

        var defined = new HashSet<int>(_inputs);
        defined.UnionWith(_values.Values.Where(v => v.IsConstant).Select(v => v.Id));
        var waiting = _nodes.Where(live.Contains).ToList();
        var ordered = new List<Node>(waiting.Count);
        while (waiting.Count > 0)
        {
            var ready = waiting.FindIndex(n => n.Inputs.All(i => i == Value.None || defined.Contains(i)));
            if (ready < 0)
                throw new InvalidOperationException($"'{waiting[0].Name}' reads a value that nothing defines, or the graph has a cycle");
            defined.UnionWith(waiting[ready].Outputs);
            ordered.Add(waiting[ready]);
            waiting.RemoveAt(ready);
        }

        var used = new HashSet<int>(_inputs);
        used.UnionWith(_outputs);
        used.UnionWith(ordered.SelectMany(n => n.Inputs.Concat(n.Outputs)));
        return new Graph(Name, Phase, [.. _inputs], [.. _outputs], [.. ordered],
            _values.Where(p => used.Contains(p.Key)).ToImmutableSortedDictionary());
    }
}
