using System.Collections.Immutable;
using Brim.Compile.Program;
using Brim.Core.IR;

namespace Brim.Compile.Planning;

/// <summary>The buffers of a graph's values and of its calls' scratch memory, for the scheduler and the planner.</summary>
internal sealed class ArenaBuffers
{
    private readonly Graph _graph;
    private readonly SharedStorage _storage;
    private readonly PlanOptions _options;
    private readonly ImmutableArray<int> _inputs;
    private readonly ImmutableArray<int> _outputs;
    private readonly int _firstScratchId;

    public ArenaBuffers(Graph graph, SharedStorage storage, PlanOptions options)
    {
        _graph = graph;
        _storage = storage;
        _options = options;
        _inputs = [.. graph.Inputs.Select(storage.Of).Distinct()];
        _outputs = [.. graph.Outputs.Where(o => !graph[o].IsConstant).Select(storage.Of).Distinct()];
        _firstScratchId = graph.Values.Count == 0 ? 0 : graph.Values.Keys.Last() + 1;
        var bytes = graph.Values.Values.Where(v => !v.IsConstant && storage.Of(v.Id) == v.Id)
            .ToImmutableSortedDictionary(v => v.Id, v => InArena(v.Id) ? v.Type.Bytes : 0);
        Steps = new ScheduleProblem([.. storage.Steps.Select(s => StepOf(s.Node, s.Call, bytes))], bytes, _inputs, _outputs);
    }

    /// <summary>The steps in the graph's order; a buffer's id is that of the value that stands for its storage.</summary>
    public ScheduleProblem Steps { get; }

    /// <summary>Places all buffers for an order of steps.</summary>
    public (ImmutableArray<int> Order, MemoryPlan Plan) Place(ImmutableArray<int> order, PlanningEffort effort)
    {
        var (first, last) = Lifetimes(order);
        var buffers = ImmutableArray.CreateBuilder<BufferRequest>();
        foreach (var (id, bytes) in Steps.Bytes)
        {
            if (bytes > 0 && first.TryGetValue(id, out var born))
                buffers.Add(new BufferRequest(id, _graph[id].Name, bytes, born, last[id], Math.Max(_options.Alignment, _graph.TypeOf(id).Element.StorageBytes)));
        }
        var overlaps = ImmutableArray.CreateBuilder<BufferOverlap>();
        for (var t = 0; t < order.Length; t++)
        {
            var step = Steps.Steps[order[t]];
            if (step.ScratchBytes > 0)
                buffers.Add(new BufferRequest(_firstScratchId + order[t], _storage.Steps[order[t]].Node.Name, step.ScratchBytes, t, t, Math.Max(_options.Alignment, 4)));
            overlaps.AddRange(step.Overlaps.Where(o => last[o.Operand] == t));
        }
        return (order, MemoryPlanner.Plan(new MemoryProblem(buffers.ToImmutable(), overlaps.ToImmutable()), effort));
    }

    /// <summary>For an order of steps: bytes that live at a step, by its index, with a call for it.</summary>
    public Func<int, KernelCall, long> Loads(ImmutableArray<int> order)
    {
        var (first, last) = Lifetimes(order);
        var live = new long[order.Length];
        for (var t = 0; t < order.Length; t++)
            live[order[t]] = Steps.Bytes.Where(b => first.TryGetValue(b.Key, out var born) && born <= t && last[b.Key] >= t).Sum(b => b.Value);
        return (step, call) =>
        {
            var t = order.IndexOf(step);
            // A result overwrites one operand only, as far as they may overlap.
            var saved = StepOf(_storage.Steps[step].Node, call, Steps.Bytes).Overlaps.Where(o => last[o.Operand] == t)
                .Select(o => Math.Clamp(Steps.Bytes[o.Result] - o.LeadBytes, 0, Steps.Bytes[o.Operand])).DefaultIfEmpty(0).Max();
            return live[step] - saved + call.ScratchBytes;
        };
    }

    /// <summary>Puts an order and its placement together.</summary>
    public ExecutionPlan Finish(ImmutableArray<int> order, MemoryPlan plan, bool orderIsOptimal)
    {
        var (first, last) = Lifetimes(order);
        var blocks = new List<MemoryBlock>();
        foreach (var (id, offset) in plan.Offsets)
        {
            if (id < _firstScratchId)
            {
                var kind = _inputs.Contains(id) ? MemoryKind.Input : _outputs.Contains(id) ? MemoryKind.Output : MemoryKind.Activation;
                blocks.Add(new MemoryBlock(kind, _graph[id].Name, checked((int)offset), (int)Steps.Bytes[id], first[id], last[id]));
                continue;
            }
            var (node, call) = _storage.Steps[id - _firstScratchId];
            var at = order.IndexOf(id - _firstScratchId);
            blocks.Add(new MemoryBlock(MemoryKind.Scratch, node.Name, checked((int)offset), call.ScratchBytes, at, at));
        }
        var offsets = _graph.Values.Values.Where(v => !v.IsConstant && plan.Offsets.ContainsKey(_storage.Of(v.Id)))
            .ToImmutableSortedDictionary(v => v.Id, v => (int)plan.Offsets[_storage.Of(v.Id)]);
        var steps = order.Select(s => new KernelStep(
            _storage.Steps[s].Node, _storage.Steps[s].Call, (int)plan.Offsets.GetValueOrDefault(_firstScratchId + s)));
        var program = new KernelProgram(_graph, [.. steps], offsets, checked((int)plan.ArenaBytes)) { Views = _storage.Views };
        var outside = _inputs.Union(_outputs).Where(id => !InArena(id)).Sum(id => _graph.TypeOf(id).Bytes);
        var memory = new MemoryMap(
            [.. blocks.OrderBy(b => b.FirstStep).ThenBy(b => b.Offset).ThenBy(b => b.Kind)],
            program.ArenaBytes, checked((int)plan.LowerBoundBytes), checked((int)outside));
        return new ExecutionPlan(program, memory, orderIsOptimal, Scheduler.PeakBytes(Steps, order), _storage.Elided);
    }

    private bool InArena(int id) => _options.InterfaceInArena || (!_inputs.Contains(id) && !_outputs.Contains(id));

    private ScheduleStep StepOf(Node node, KernelCall call, ImmutableSortedDictionary<int, long> bytes)
    {
        var reads = node.Inputs.Where(i => i != Value.None && !_graph[i].IsConstant).Select(_storage.Of).Distinct().ToImmutableArray();
        var result = _storage.Of(node.Output);
        var overlaps = _options.AllowOverlap && call.InPlaceInput >= 0 && bytes[result] > 0
            ? Overwritable(node, call).Where(i => bytes[i] > 0 && !_outputs.Contains(i)).Select(i => new BufferOverlap(result, i, call.LeadBytes))
            : [];
        return new ScheduleStep(reads, [.. node.Outputs.Select(_storage.Of)], call.ScratchBytes, [.. overlaps]);
    }

    /// <summary>Buffers that the call reads through operands it may overwrite, and through no other operand.</summary>
    private IEnumerable<int> Overwritable(Node node, KernelCall call)
    {
        var permitted = call.FurtherInPlaceInputs.Insert(0, call.InPlaceInput);
        return Enumerable.Range(0, node.Inputs.Length)
            .Where(i => node.Inputs[i] != Value.None && !_graph[node.Inputs[i]].IsConstant)
            .GroupBy(i => _storage.Of(node.Inputs[i]))
            .Where(g => g.All(permitted.Contains))
            .Select(g => g.Key);
    }

    private (Dictionary<int, int> First, Dictionary<int, int> Last) Lifetimes(ImmutableArray<int> order)
    {
        // The caller fills inputs before the first step and reads outputs after the last.
        var first = _inputs.ToDictionary(i => i, _ => -1);
        var last = _inputs.ToDictionary(i => i, _ => -1);
        for (var t = 0; t < order.Length; t++)
        {
            foreach (var id in Steps.Steps[order[t]].Writes)
            {
                first.TryAdd(id, t);
                last[id] = t;
            }
            foreach (var id in Steps.Steps[order[t]].Reads)
                last[id] = t;
        }
        foreach (var id in _outputs)
            last[id] = order.Length;
        return (first, last);
    }
}
