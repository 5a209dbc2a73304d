namespace Brim.Compile.Planning;

/// <summary>Limits of the planner's searches, in units of work, so that results do not depend on the machine.</summary>
/// <param name="LocalSearchWork">Conflicts examined by the local search.</param>
/// <param name="BoundNodes">Search nodes for bounds of runs of steps.</param>
/// <param name="SearchNodes">Search nodes for the whole problem.</param>
/// <param name="ScheduleStates">Partial orders of steps kept at a time; the order is proven best if this never truncates.</param>
public sealed record PlanningEffort(long LocalSearchWork, long BoundNodes, long SearchNodes, int ScheduleStates)
{
    /// <summary>At most a few seconds for graphs of a hundred steps.</summary>
    public static PlanningEffort Default { get; } = new(4_000_000, 50_000, 50_000, 2_048);
}
