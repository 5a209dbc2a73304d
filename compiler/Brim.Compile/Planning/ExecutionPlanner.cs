using System.Collections.Immutable;
using Brim.Compile.Program;
using Brim.Core.IR;

namespace Brim.Compile.Planning;

/// <summary>Orders the chosen kernel calls and lays out the arena.</summary>
public static class ExecutionPlanner
{
    /// <summary>
    /// Bytes that live while a node is computed, were a given call the node's: tensors, less what the result may overwrite, and scratch. The arena is at
    /// least as large as the largest. Nodes run in an order that keeps the peak small, whatever the call.
    /// </summary>
    /// <param name="graph">The lowered graph.</param>
    /// <param name="calls">Node and call, in the graph's order.</param>
    /// <param name="options">Choices.</param>
    /// <returns>A function of a node's index in the graph and a call for it; 0 for copies that the plan leaves out.</returns>
    public static Func<int, KernelCall, long> Loads(Graph graph, ImmutableArray<(Node Node, KernelCall Call)> calls, PlanOptions options)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(options);
        var storage = SharedStorage.Create(graph, calls);
        var buffers = new ArenaBuffers(graph, storage, options);
        var order = options.KeepOrder ? [.. Enumerable.Range(0, storage.Steps.Length)] : Scheduler.Order(buffers.Steps, options.Effort.ScheduleStates).Order;
        var load = buffers.Loads(order);
        var steps = storage.Steps.Select((s, i) => (s.Node, Index: i)).ToDictionary(s => s.Node, s => s.Index);
        return (node, call) => steps.TryGetValue(calls[node].Node, out var step) ? load(step, call) : 0;
    }

    /// <summary>Plans a graph whose every node has a call.</summary>
    /// <param name="graph">The lowered graph.</param>
    /// <param name="calls">Node and call, in the graph's order.</param>
    /// <param name="options">Choices.</param>
    public static ExecutionPlan Plan(Graph graph, ImmutableArray<(Node Node, KernelCall Call)> calls, PlanOptions options)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(options);
        var storage = SharedStorage.Create(graph, calls);
        var buffers = new ArenaBuffers(graph, storage, options);
        var given = buffers.Place([.. Enumerable.Range(0, storage.Steps.Length)], options.Effort);
        if (options.KeepOrder)
            return buffers.Finish(given.Order, given.Plan, orderIsOptimal: false);

        // A smaller peak usually means a smaller arena, but only the placement tells.
        var schedule = Scheduler.Order(buffers.Steps, options.Effort.ScheduleStates);
        var ordered = schedule.Order.SequenceEqual(given.Order) ? given : buffers.Place(schedule.Order, options.Effort);
        var (order, memory) = ordered.Plan.ArenaBytes < given.Plan.ArenaBytes ? ordered : given;
        return buffers.Finish(order, memory, schedule.IsOptimal && schedule.PeakBytes == Scheduler.PeakBytes(buffers.Steps, order));
    }
}
