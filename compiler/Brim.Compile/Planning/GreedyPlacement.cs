namespace Brim.Compile.Planning;

/// <summary>
/// Places buffers one after another, each at the lowest offset that the buffers before it leave. The order decides; it is improved by a
/// bounded, seeded local search.
/// </summary>
internal static class GreedyPlacement
{
    /// <summary>Offsets of a good placement.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="target">A height that need not be beaten.</param>
    /// <param name="work">Bound of the local search in placed buffers times conflicts; the only limit, so that the result never depends on time.</param>
    public static (long[] Offsets, long Height) Best(PlacementProblem problem, long target, long work)
    {
        var best = Array.Empty<long>();
        var bestHeight = long.MaxValue;
        var bestOrder = Array.Empty<int>();
        foreach (var order in StartOrders(problem))
        {
            var (offsets, height) = Place(problem, order);
            if (height >= bestHeight)
                continue;
            (best, bestHeight, bestOrder) = (offsets, height, order);
        }
        if (problem.Count < 3)
            return (best, bestHeight);

        // Random insertions: one buffer moves to another position of the order; equal heights are accepted so that plateaus are crossed.
        var random = 0x9E3779B97F4A7C15UL;
        var current = bestOrder;
        var currentHeight = bestHeight;
        var roundWork = 1 + problem.Conflicts.Sum(c => (long)c.Length);
        for (var used = 0L; used < work && bestHeight > target; used += roundWork)
        {
            var candidate = Moved(current, Next(ref random, problem.Count), Next(ref random, problem.Count));
            var (offsets, height) = Place(problem, candidate);
            if (height > currentHeight)
                continue;
            (current, currentHeight) = (candidate, height);
            if (height < bestHeight)
                (best, bestHeight) = (offsets, height);
        }
        return (best, bestHeight);
    }

    /// <summary>Places buffers in the given order.</summary>
    public static (long[] Offsets, long Height) Place(PlacementProblem problem, int[] order)
    {
        var offsets = new long[problem.Count];
        Array.Fill(offsets, -1);
        long height = 0;
        foreach (var i in order)
        {
            offsets[i] = Lowest(problem, i, offsets);
            height = Math.Max(height, offsets[i] + problem.Buffers[i].Bytes);
        }
        return (offsets, height);
    }

    private static long Lowest(PlacementProblem problem, int i, long[] offsets)
    {
        long offset = 0;
        bool moved;
        do
        {
            moved = false;
            foreach (var j in problem.Conflicts[i])
            {
                if (offsets[j] < 0 || offset <= offsets[j] - problem.Distance(i, j) || offset >= offsets[j] + problem.Distance(j, i))
                    continue;
                offset = problem.Align(i, offsets[j] + problem.Distance(j, i));
                moved = true;
            }
        }
        while (moved);
        return offset;
    }

    private static IEnumerable<int[]> StartOrders(PlacementProblem problem)
    {
        var all = Enumerable.Range(0, problem.Count).ToArray();
        var buffers = problem.Buffers;
        yield return [.. all.OrderByDescending(i => buffers[i].Bytes)];
        yield return [.. all.OrderByDescending(i => buffers[i].LastStep - buffers[i].FirstStep).ThenByDescending(i => buffers[i].Bytes)];
        yield return [.. all.OrderByDescending(i => buffers[i].Bytes * (buffers[i].LastStep - buffers[i].FirstStep + 1))];
        yield return all;
        yield return [.. all.Reverse()];

        // Around the fullest step first: what must share memory there decides the height.
        var load = buffers.SelectMany(b => new[] { b.FirstStep, b.LastStep }).Distinct()
            .Select(t => (Step: t, Bytes: buffers.Where(b => b.FirstStep <= t && t <= b.LastStep).Sum(b => b.Bytes)))
            .OrderByDescending(p => p.Bytes).ThenBy(p => p.Step).ToList();
        foreach (var (step, _) in load.Take(4))
            yield return [.. all.OrderBy(i => Math.Max(0, Math.Max(buffers[i].FirstStep - step, step - buffers[i].LastStep))).ThenByDescending(i => buffers[i].Bytes)];
    }

    private static int[] Moved(int[] order, int from, int to)
    {
        var list = order.ToList();
        var item = list[from];
        list.RemoveAt(from);
        list.Insert(to, item);
        return [.. list];
    }

    private static int Next(ref ulong state, int bound)
    {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        return (int)(state % (ulong)bound);
    }
}
