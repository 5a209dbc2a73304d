namespace Brim.Compile.Planning;

/// <summary>The buffers that live together at one step, for bounds on their common extent.</summary>
internal sealed class StepLoad
{
    private readonly int[] _members;

    private StepLoad(int[] members) => _members = members;

    /// <summary>Indices of the live buffers.</summary>
    public IReadOnlyList<int> Members => _members;

    /// <summary>Steps whose live set is not a part of another step's.</summary>
    public static StepLoad[] Of(PlacementProblem problem)
    {
        // A live set can only be maximal at a step where a buffer is born.
        var sets = problem.Buffers.Select(b => b.FirstStep).Distinct().Order()
            .Select(t => Enumerable.Range(0, problem.Count).Where(i => problem.Buffers[i].FirstStep <= t && t <= problem.Buffers[i].LastStep).ToArray())
            .ToList();
        var maximal = new List<StepLoad>();
        for (var i = 0; i < sets.Count; i++)
        {
            // Lifetimes are intervals, so a set that is part of any other is part of a neighbour.
            var within = (i > 0 && sets[i].All(sets[i - 1].Contains)) || (i + 1 < sets.Count && sets[i].All(sets[i + 1].Contains));
            if (!within)
                maximal.Add(new StepLoad(sets[i]));
        }
        return [.. maximal];
    }

    /// <summary>
    /// A bound below which the unplaced buffers of this step cannot all end, if each starts at or above its lowest offset and the floor.
    /// Results that may overwrite operands save at most what the permitted overlap covers.
    /// </summary>
    public long LeastEnd(PlacementProblem problem, bool[] placed, long[] lowest, long floor)
    {
        long bytes = 0, start = long.MaxValue, saved = 0;
        foreach (var i in _members)
        {
            if (placed[i])
                continue;
            bytes += problem.Buffers[i].Bytes;
            start = Math.Min(start, Math.Max(lowest[i], floor));
            saved += Saving(problem, placed, i);
        }
        return start == long.MaxValue ? 0 : start + bytes - saved;
    }

    private long Saving(PlacementProblem problem, bool[] placed, int result)
    {
        var bytes = problem.Buffers[result].Bytes;
        long saved = 0;
        foreach (var operand in _members)
        {
            if (placed[operand])
                continue;
            var lead = problem.Distance(result, operand);
            if (lead >= 0 && lead < bytes)
                saved += Math.Min(bytes - lead, problem.Buffers[operand].Bytes);
        }
        return Math.Min(saved, bytes);
    }
}
