namespace Brim.Compile.Planning;

/// <summary>A <see cref="ScheduleProblem"/> with what the search asks of it all the time.</summary>
internal sealed class ScheduleGraph
{
    private readonly ScheduleProblem _problem;
    private readonly int[][] _predecessors;
    private readonly Dictionary<int, int[]> _readers = [];
    private readonly HashSet<int> _outputs;

    public ScheduleGraph(ScheduleProblem problem)
    {
        _problem = problem;
        _outputs = [.. problem.Outputs];
        var writers = new Dictionary<int, int>();
        for (var s = 0; s < problem.Steps.Length; s++)
        {
            foreach (var buffer in problem.Steps[s].Writes)
                writers.Add(buffer, s);
        }
        foreach (var buffer in problem.Bytes.Keys)
            _readers[buffer] = [.. Enumerable.Range(0, problem.Steps.Length).Where(s => problem.Steps[s].Reads.Contains(buffer))];
        _predecessors = [.. problem.Steps.Select(s => s.Reads.Where(writers.ContainsKey).Select(r => writers[r]).Distinct().ToArray())];
    }

    /// <summary>Nothing done yet.</summary>
    public PartialSchedule Start()
    {
        var live = _problem.Inputs.Distinct().Sum(i => _problem.Bytes[i]);
        return new PartialSchedule(null, -1, StepSet.Empty(_problem.Steps.Length), live, live, 0);
    }

    /// <summary>True if a step is not done, but all that it reads is there.</summary>
    public bool IsReady(PartialSchedule state, int step) => !state.Done.Contains(step) && _predecessors[step].All(state.Done.Contains);

    /// <summary>Does one more step.</summary>
    public PartialSchedule Advance(PartialSchedule state, int step)
    {
        var s = _problem.Steps[step];
        var done = state.Done.With(step);
        var dying = s.Reads.Distinct().Where(r => !_outputs.Contains(r) && _readers[r].All(done.Contains)).ToList();
        var written = s.Writes.Sum(w => _problem.Bytes[w]);
        var unread = s.Writes.Where(w => !_outputs.Contains(w) && _readers[w].Length == 0).Sum(w => _problem.Bytes[w]);
        var during = state.Live + written + s.ScratchBytes - Saving(s, dying);
        var after = state.Live + written - unread - dying.Sum(d => _problem.Bytes[d]);
        return new PartialSchedule(state, step, done, after, Math.Max(state.Peak, during), state.Sum + during);
    }

    private long Saving(ScheduleStep step, List<int> dying)
    {
        long saved = 0;
        foreach (var overlap in step.Overlaps)
        {
            if (dying.Contains(overlap.Operand))
                saved += Math.Min(Math.Max(0, _problem.Bytes[overlap.Result] - overlap.LeadBytes), _problem.Bytes[overlap.Operand]);
        }
        return step.Overlaps.Length == 0 ? 0 : Math.Min(saved, _problem.Bytes[step.Overlaps[0].Result]);
    }
}
