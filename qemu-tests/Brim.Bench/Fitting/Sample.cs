using System.Collections.Immutable;
using Brim.Compile.Program;
using Brim.Compile.Targets;

namespace Brim.Bench.Fitting;

/// <summary>One measured kernel call.</summary>
/// <param name="Call">The call.</param>
/// <param name="Cycles">Modelled cycles.</param>
/// <param name="Classes">Times that each instruction class was paid.</param>
internal sealed record Sample(KernelCall Call, long Cycles, ImmutableSortedDictionary<InstructionClass, long> Classes)
{
    /// <summary>Times that a level ran.</summary>
    public long Count(string level) => Call.Work.Where(w => w.Level == level).Sum(w => w.Count);
}
