namespace Brim.Compile.Planning;

/// <summary>
/// Exact search for the smallest placement. Some smallest placement is canonical: taken by offset, every buffer lies as low as those
/// before it allow, and no later buffer would fit wholly below it. The search lists canonical placements by offset and cuts those that cannot
/// beat the best one (the normal form and the dominance rule follow Moffitt, MiniMalloc, 2023, here with distances for pairs that overlap).
/// </summary>
internal sealed class PlacementSearch
{
    private readonly PlacementProblem _problem;
    private readonly StepLoad[] _steps;
    private readonly long[] _offsets;
    private readonly bool[] _placed;
    private long _nodesLeft;
    private long _target;

    private PlacementSearch(PlacementProblem problem)
    {
        _problem = problem;
        _steps = StepLoad.Of(problem);
        _offsets = new long[problem.Count];
        _placed = new bool[problem.Count];
    }

    /// <summary>The best placement found that is lower than the given height; null if none was found.</summary>
    public long[]? Best { get; private set; }

    /// <summary>Its height, or the given one.</summary>
    public long Height { get; private set; }

    /// <summary>True if the search ended by itself: nothing lower than <see cref="Height"/> exists.</summary>
    public bool IsExhausted { get; private set; }

    /// <summary>Nodes of the search tree that were visited.</summary>
    public long Nodes { get; private set; }

    /// <summary>Searches for placements lower than <paramref name="height"/>.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="height">Only lower placements count.</param>
    /// <param name="target">The search stops at a placement that is not higher than this.</param>
    /// <param name="nodes">Limit of search nodes.</param>
    public static PlacementSearch Run(PlacementProblem problem, long height, long target, long nodes)
    {
        var search = new PlacementSearch(problem) { Height = height, _target = target, _nodesLeft = nodes };
        search.Descend(0, 0, 0, new long[problem.Count]);
        search.Nodes = nodes - search._nodesLeft;
        search.IsExhausted = search._nodesLeft > 0 && search.Height > target;
        return search;
    }

    private void Descend(int depth, long floor, int floorRank, long[] lowest)
    {
        if (_nodesLeft-- <= 0)
            return;
        if (depth == _problem.Count)
        {
            var height = 0L;
            for (var i = 0; i < _problem.Count; i++)
                height = Math.Max(height, _offsets[i] + _problem.Buffers[i].Bytes);
            Height = height;
            Best = [.. _offsets];
            return;
        }

        foreach (var i in Candidates(floor, floorRank, lowest))
        {
            // Height may have fallen since the candidates were listed.
            if (lowest[i] + _problem.Buffers[i].Bytes >= Height)
                continue;
            _offsets[i] = lowest[i];
            _placed[i] = true;
            var next = (long[])lowest.Clone();
            foreach (var j in _problem.Conflicts[i])
            {
                if (!_placed[j])
                    next[j] = Math.Max(next[j], _problem.Align(j, _offsets[i] + _problem.Distance(i, j)));
            }
            if (CanBeat(next, _offsets[i]))
                Descend(depth + 1, _offsets[i], i, next);
            _placed[i] = false;
            if (_nodesLeft <= 0 || Height <= _target)
                return;
        }
    }

    private List<int> Candidates(long floor, int floorRank, long[] lowest)
    {
        // Two smallest ends of unplaced buffers: a buffer may not start at or above the end of another one that could lie below it.
        long firstEnd = long.MaxValue, secondEnd = long.MaxValue;
        var firstBuffer = -1;
        for (var k = 0; k < _problem.Count; k++)
        {
            if (_placed[k])
                continue;
            var end = lowest[k] + _problem.Buffers[k].Bytes;
            if (end < firstEnd)
                (firstEnd, secondEnd, firstBuffer) = (end, firstEnd, k);
            else if (end < secondEnd)
                secondEnd = end;
        }

        var result = new List<int>();
        for (var i = 0; i < _problem.Count; i++)
        {
            if (_placed[i] || lowest[i] >= (i == firstBuffer ? secondEnd : firstEnd))
                continue;
            if (lowest[i] > floor || (lowest[i] == floor && i >= floorRank))
                result.Add(i);
        }
        result.Sort((a, b) => (lowest[a], -_problem.Buffers[a].Bytes, a).CompareTo((lowest[b], -_problem.Buffers[b].Bytes, b)));
        return result;
    }

    private bool CanBeat(long[] lowest, long floor)
    {
        for (var k = 0; k < _problem.Count; k++)
        {
            if (!_placed[k] && Math.Max(lowest[k], floor) + _problem.Buffers[k].Bytes >= Height)
                return false;
        }
        foreach (var step in _steps)
        {
            if (step.LeastEnd(_problem, _placed, lowest, floor) >= Height)
                return false;
        }
        return true;
    }
}
