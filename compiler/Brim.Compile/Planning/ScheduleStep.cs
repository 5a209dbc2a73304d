using System.Collections.Immutable;

namespace Brim.Compile.Planning;

/// <summary>What the scheduler and planner see of one kernel call.</summary>
/// <param name="Reads">Buffers it reads.</param>
/// <param name="Writes">Buffers it defines; no other step writes them.</param>
/// <param name="ScratchBytes">Memory that it needs only while it runs.</param>
/// <param name="Overlaps">Operands that its result may overwrite if they die here.</param>
public sealed record ScheduleStep(
    ImmutableArray<int> Reads, ImmutableArray<int> Writes, long ScratchBytes, ImmutableArray<BufferOverlap> Overlaps);
