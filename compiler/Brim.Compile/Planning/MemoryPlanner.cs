using System.Collections.Immutable;

namespace Brim.Compile.Planning;

/// <summary>
/// Places buffers in one arena. Greedy placements with a local search give a good plan; exact search finds the optimum where its node
/// limit suffices, and else raises the lower bound over ever longer runs of steps. Limits count work, never time: the same problem always
/// gives the same plan.
/// </summary>
public static class MemoryPlanner
{
    private const long NodesPerRun = 2_000;

    /// <summary>Plans with the default effort.</summary>
    public static MemoryPlan Plan(MemoryProblem problem) => Plan(problem, PlanningEffort.Default);

    /// <summary>Plans.</summary>
    /// <exception cref="ArgumentException">The problem contradicts itself: a size below 1, an unknown or repeated id, an overlap with an operand that lives on.</exception>
    public static MemoryPlan Plan(MemoryProblem problem, PlanningEffort effort)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(effort);
        var indexed = PlacementProblem.Create(problem);
        if (indexed.Count == 0)
            return new MemoryPlan(ImmutableSortedDictionary<int, long>.Empty, 0, 0);

        var bound = StepLoad.Of(indexed).Max(s => s.LeastEnd(indexed, new bool[indexed.Count], new long[indexed.Count], 0));
        var (offsets, height) = GreedyPlacement.Best(indexed, bound, effort.LocalSearchWork / 64);

        // The peak is usually made by a few neighbouring steps, which prove the plan at once.
        var nodes = effort.BoundNodes;
        var span = 1;
        for (; height > bound && span <= 4; span *= 2)
            bound = RaiseBound(indexed, span, height, bound, ref nodes);

        // Small problems end here, proven; the long local search is for those that do not.
        (offsets, height, bound) = Search(indexed, offsets, height, bound, effort.SearchNodes);
        if (height > bound)
        {
            var longer = GreedyPlacement.Best(indexed, bound, effort.LocalSearchWork);
            if (longer.Height < height)
                (offsets, height) = longer;
        }
        for (; height > bound && nodes > 0 && span <= indexed.Buffers.Max(b => b.LastStep); span *= 2)
            bound = RaiseBound(indexed, span, height, bound, ref nodes);
        return new MemoryPlan(
            Enumerable.Range(0, indexed.Count).ToImmutableSortedDictionary(i => indexed.Buffers[i].Id, i => offsets[i]),
            height,
            bound);
    }

    private static (long[] Offsets, long Height, long Bound) Search(PlacementProblem problem, long[] offsets, long height, long bound, long nodes)
    {
        if (height <= bound)
            return (offsets, height, bound);
        var search = PlacementSearch.Run(problem, height, bound, nodes);
        return (search.Best ?? offsets, search.Height, search.IsExhausted ? search.Height : bound);
    }

    /// <summary>The optimum of the buffers that live during some run of steps is a lower bound for all buffers.</summary>
    private static long RaiseBound(PlacementProblem problem, int span, long height, long bound, ref long nodes)
    {
        var last = problem.Buffers.Max(b => b.LastStep);
        for (var first = problem.Buffers.Min(b => b.FirstStep); first + span - 1 <= last && bound < height && nodes > 0; first++)
        {
            var members = Enumerable.Range(0, problem.Count)
                .Where(i => problem.Buffers[i].FirstStep < first + span && problem.Buffers[i].LastStep >= first).ToList();
            var search = PlacementSearch.Run(problem.Restrict(members), height, bound, Math.Min(nodes, NodesPerRun));
            nodes -= search.Nodes;
            if (search.IsExhausted)
                bound = search.Height;
        }
        return bound;
    }
}
