namespace Brim.Compile.Planning;

/// <summary>
/// A <see cref="MemoryProblem"/> by index: for two buffers that live together, how far one must start above the other. Ordered pairs, so
/// that "disjoint" and "the result may overwrite the operand from below" have one form: for i and j in conflict, either
/// offset[j] >= offset[i] + Distance(i, j) or offset[i] >= offset[j] + Distance(j, i).
/// </summary>
internal sealed class PlacementProblem
{
    private readonly long[,] _distance;

    private PlacementProblem(BufferRequest[] buffers, long[,] distance)
    {
        Buffers = buffers;
        _distance = distance;
        Conflicts = new int[buffers.Length][];
        for (var i = 0; i < buffers.Length; i++)
            Conflicts[i] = [.. Enumerable.Range(0, buffers.Length).Where(j => distance[i, j] >= 0)];
    }

    /// <summary>The buffers, results before the operands they may overwrite: the order of buffers at equal offsets.</summary>
    public BufferRequest[] Buffers { get; }

    /// <summary>For each buffer the buffers that it may not lie upon freely.</summary>
    public int[][] Conflicts { get; }

    /// <summary>Number of buffers.</summary>
    public int Count => Buffers.Length;

    /// <summary>Least distance from the start of i up to the start of j, where j lies above i.</summary>
    public long Distance(int i, int j) => _distance[i, j];

    /// <summary>The smallest offset of a buffer that is not below a bound.</summary>
    public long Align(int buffer, long bound)
    {
        long mask = Buffers[buffer].Alignment - 1;
        return (bound + mask) & ~mask;
    }

    /// <summary>Checks and indexes a problem.</summary>
    /// <exception cref="ArgumentException">The problem contradicts itself.</exception>
    public static PlacementProblem Create(MemoryProblem problem)
    {
        // Later results first, so that a result stands before the operand that it overwrites at distance 0.
        var buffers = problem.Buffers.OrderByDescending(b => b.FirstStep).ThenBy(b => b.Id).ToArray();
        var index = new Dictionary<int, int>();
        for (var i = 0; i < buffers.Length; i++)
        {
            var b = buffers[i];
            if (b.Bytes < 1 || b.LastStep < b.FirstStep || b.Alignment < 1 || (b.Alignment & (b.Alignment - 1)) != 0)
                throw new ArgumentException($"malformed request {b}", nameof(problem));
            if (!index.TryAdd(b.Id, i))
                throw new ArgumentException($"two buffers have the id {b.Id}", nameof(problem));
        }

        var distance = new long[buffers.Length, buffers.Length];
        for (var i = 0; i < buffers.Length; i++)
        {
            for (var j = 0; j < buffers.Length; j++)
                distance[i, j] = i != j && LiveTogether(buffers[i], buffers[j]) ? buffers[i].Bytes : -1;
        }
        foreach (var overlap in problem.Overlaps)
        {
            var (result, operand) = (index[overlap.Result], index[overlap.Operand]);
            if (overlap.LeadBytes < 0 || buffers[operand].LastStep != buffers[result].FirstStep || buffers[operand].FirstStep >= buffers[result].FirstStep)
                throw new ArgumentException($"{overlap}: the operand dies where the result is born, and the lead is at least 0", nameof(problem));
            distance[result, operand] = Math.Min(overlap.LeadBytes, buffers[result].Bytes);
        }
        return new PlacementProblem(buffers, distance);
    }

    /// <summary>The same problem for some of the buffers only; a bound for them is a bound for all.</summary>
    public PlacementProblem Restrict(IReadOnlyList<int> members)
    {
        var distance = new long[members.Count, members.Count];
        for (var i = 0; i < members.Count; i++)
        {
            for (var j = 0; j < members.Count; j++)
                distance[i, j] = _distance[members[i], members[j]];
        }
        return new PlacementProblem([.. members.Select(m => Buffers[m])], distance);
    }

    private static bool LiveTogether(BufferRequest a, BufferRequest b) => a.FirstStep <= b.LastStep && b.FirstStep <= a.LastStep;
}
