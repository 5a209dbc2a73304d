using System.Collections.Immutable;
using Brim.Compile.Program;

namespace Brim.Targets.Arm.Lanes;

/// <summary>What a lane rule adds to the call that all have in common.</summary>
/// <param name="Parameters">Fields of the kernel's parameter structure.</param>
/// <param name="ScratchWords">Words of scratch.</param>
/// <param name="LeadBytes">How far before the input the output must start where they overlap.</param>
/// <param name="Work">Loop trip counts.</param>
internal sealed record LaneCall(ImmutableArray<CField> Parameters, int ScratchWords, int LeadBytes, ImmutableArray<(string Level, long Count)> Work);
