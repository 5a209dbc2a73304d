using System.Collections.Immutable;

namespace Brim.Compile.Planning;

/// <summary>Steps to be ordered.</summary>
/// <param name="Steps">Steps in some valid order.</param>
/// <param name="Bytes">Size by buffer id; 0 for memory that does not count.</param>
/// <param name="Inputs">Buffers that are filled before the first step.</param>
/// <param name="Outputs">Buffers that are read after the last step.</param>
public sealed record ScheduleProblem(
    ImmutableArray<ScheduleStep> Steps, ImmutableSortedDictionary<int, long> Bytes, ImmutableArray<int> Inputs, ImmutableArray<int> Outputs);
