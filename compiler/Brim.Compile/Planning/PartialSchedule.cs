namespace Brim.Compile.Planning;

/// <summary>The first steps of an order.</summary>
/// <param name="Before">The order without its last step; null for the empty order.</param>
/// <param name="Step">Last step; -1 for the empty order.</param>
/// <param name="Done">Its steps.</param>
/// <param name="Live">Bytes that live after it.</param>
/// <param name="Peak">Most bytes that lived at one step.</param>
/// <param name="Sum">Bytes that lived at each step, summed.</param>
internal sealed record PartialSchedule(PartialSchedule? Before, int Step, StepSet Done, long Live, long Peak, long Sum) : IComparable<PartialSchedule>
{
    /// <summary>The steps in order.</summary>
    public List<int> Steps()
    {
        var steps = new List<int>();
        for (var at = this; at.Before is not null; at = at.Before)
            steps.Add(at.Step);
        steps.Reverse();
        return steps;
    }

    /// <summary>True if the peak is smaller, or equal with a smaller sum.</summary>
    public bool IsBetterThan(PartialSchedule other) => (Peak, Sum).CompareTo((other.Peak, other.Sum)) < 0;

    /// <summary>By peak, sum, live bytes, then the steps themselves: a total order of distinct schedules.</summary>
    public int CompareTo(PartialSchedule? other)
    {
        if (other is null)
            return 1;
        var order = (Peak, Sum, Live).CompareTo((other.Peak, other.Sum, other.Live));
        if (order != 0)
            return order;
        foreach (var (mine, theirs) in Steps().Zip(other.Steps()))
        {
            if (mine != theirs)
                return mine.CompareTo(theirs);
        }
        return 0;
    }
}
