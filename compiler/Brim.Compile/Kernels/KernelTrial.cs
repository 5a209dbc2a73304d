using Brim.Compile.Program;

namespace Brim.Compile.Kernels;

/// <summary>A candidate that was considered for a node.</summary>
/// <param name="Candidate">The candidate: a call, or why there is none.</param>
/// <param name="Cycles">Modelled cycles; null if there is no call or its cost is not known.</param>
/// <param name="FlashBytes">Constants of the call: weights, requantization, tables. Kernel code is not counted, as layers share it.</param>
public sealed record KernelTrial(KernelCandidate Candidate, long? Cycles, long FlashBytes)
{
    /// <summary>The call; null if the candidate was refused.</summary>
    public KernelCall? Call => Candidate.Call;
}
