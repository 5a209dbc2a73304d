using System.Collections.Immutable;
using Brim.Compile.Kernels;
using Brim.Compile.Targets;

namespace Brim.Compile;

/// <summary>A machine and the kernels it can use, in order of preference.</summary>
/// <param name="Target">The machine.</param>
/// <param name="Rules">Rules, tried in order; the portable ones come last.</param>
public sealed record Backend(TargetMachine Target, ImmutableArray<IKernelRule> Rules)
{
    /// <summary>Predicts cycles; null where the order of the rules decides alone.</summary>
    public ICostModel? Costs { get; init; }
}
