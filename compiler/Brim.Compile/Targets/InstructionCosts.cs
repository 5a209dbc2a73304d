using System.Collections.Immutable;

namespace Brim.Compile.Targets;

/// <summary>Cycles of each instruction class on one core, for memory without wait states.</summary>
/// <param name="Cycles">Cycles by class. A class that is absent does not exist on the core.</param>
/// <param name="IssueWidth">
/// Most instructions the core can start in one cycle. 1: modelled cycles are the estimate. More: they are an upper bound (nothing issues
/// together), and <see cref="LowerBound"/> a lower one.
/// </param>
/// <param name="Source">Document that the cycles come from, or what was assumed where the vendor publishes none.</param>
public sealed record InstructionCosts(ImmutableSortedDictionary<InstructionClass, int> Cycles, int IssueWidth, string Source)
{
    /// <summary>Cycles of a class.</summary>
    /// <exception cref="KeyNotFoundException">The core has no such instruction: the caller chose a kernel that cannot run on it.</exception>
    public int this[InstructionClass instruction] => Cycles[instruction];

    /// <summary>
    /// Cycles below which no schedule can go: the issue slots, or the cycles the only multiplier (with the divider) is busy, whichever is more.
    /// Equal to <paramref name="modelledCycles"/> on a core that issues one instruction a cycle.
    /// </summary>
    /// <param name="instructions">Instructions executed.</param>
    /// <param name="multiplierCycles">Cycles of multiplications and divisions among them.</param>
    /// <param name="modelledCycles">Cycles by the table.</param>
    public long LowerBound(long instructions, long multiplierCycles, long modelledCycles) =>
        IssueWidth == 1 ? modelledCycles : Math.Max((instructions + IssueWidth - 1) / IssueWidth, multiplierCycles);
}
