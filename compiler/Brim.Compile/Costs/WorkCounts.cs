using System.Collections.Immutable;

namespace Brim.Compile.Costs;

/// <summary>Adds up how often the loop levels of a kernel run, for <see cref="Program.KernelCall.Work"/>.</summary>
public sealed class WorkCounts
{
    private readonly List<string> _levels = [];
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);

    /// <summary>Counts of a kernel's call: the level <c>call</c> once.</summary>
    public static WorkCounts OneCall() => new WorkCounts().Add("call", 1);

    /// <summary>Adds to a level.</summary>
    /// <param name="level">Name of the level, the kernel file's own word for it.</param>
    /// <param name="count">Times that the level's code runs, at least 0.</param>
    public WorkCounts Add(string level, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (_counts.TryAdd(level, count))
            _levels.Add(level);
        else
            _counts[level] += count;
        return this;
    }

    /// <summary>The levels that run at all, in the order of their first mention.</summary>
    public ImmutableArray<(string Level, long Count)> ToWork() => [.. _levels.Where(l => _counts[l] > 0).Select(l => (l, _counts[l]))];
}
