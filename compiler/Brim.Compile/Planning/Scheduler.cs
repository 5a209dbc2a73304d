using System.Collections.Immutable;

namespace Brim.Compile.Planning;

/// <summary>
/// Orders steps so that the most memory that lives at one step is least, then the sum over all steps. Goes through the sets of steps that can be
/// done first, by size: one partial order is kept for each set, since what lives afterwards depends on the set alone. Exact unless
/// there are more sets of one size than the limit; then the best ones are followed.
/// </summary>
public static class Scheduler
{
    /// <summary>Orders steps. Among equally good orders, the given one is kept.</summary>
    /// <param name="problem">The steps.</param>
    /// <param name="states">Most sets of one size that are followed.</param>
    public static Schedule Order(ScheduleProblem problem, int states)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentOutOfRangeException.ThrowIfLessThan(states, 1);
        var graph = new ScheduleGraph(problem);
        var given = Follow(graph, [.. Enumerable.Range(0, problem.Steps.Length)]);
        var exact = true;
        List<PartialSchedule> level = [graph.Start()];
        for (var size = 0; size < problem.Steps.Length; size++)
        {
            var next = new Dictionary<StepSet, PartialSchedule>();
            foreach (var state in level)
            {
                for (var s = 0; s < problem.Steps.Length; s++)
                {
                    if (!graph.IsReady(state, s))
                        continue;
                    var successor = graph.Advance(state, s);
                    if (!next.TryGetValue(successor.Done, out var other) || successor.IsBetterThan(other))
                        next[successor.Done] = successor;
                }
            }
            // Sorted, so that neither the limit nor later ties depend on hashing.
            level = [.. next.Values.Order()];
            if (level.Count > states)
            {
                level.RemoveRange(states, level.Count - states);
                exact = false;
            }
        }
        var best = level[0].IsBetterThan(given) ? level[0] : given;
        return new Schedule([.. best.Steps()], best.Peak, exact);
    }

    /// <summary>Most bytes that live at one step of an order.</summary>
    /// <exception cref="ArgumentException">A step comes before one that writes what it reads.</exception>
    public static long PeakBytes(ScheduleProblem problem, ImmutableArray<int> order)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return Follow(new ScheduleGraph(problem), order).Peak;
    }

    private static PartialSchedule Follow(ScheduleGraph graph, ImmutableArray<int> order)
    {
        var state = graph.Start();
        foreach (var s in order)
            state = graph.IsReady(state, s) ? graph.Advance(state, s) : throw new ArgumentException($"step {s} reads what a later one writes", nameof(order));
        return state;
    }
}
