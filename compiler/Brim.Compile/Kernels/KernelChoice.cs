using System.Collections.Immutable;
using Brim.Compile.Program;
using Brim.Core.IR;

namespace Brim.Compile.Kernels;

/// <summary>What was chosen for a node, and why the other kernels were not.</summary>
/// <param name="Node">The node.</param>
/// <param name="Rule">Name of the rule, with the candidate behind a colon where it has several.</param>
/// <param name="Call">The call.</param>
/// <param name="Rejected">The other kernels, in the order in which they were tried.</param>
public sealed record KernelChoice(Node Node, string Rule, KernelCall Call, ImmutableArray<RejectedKernel> Rejected)
{
    /// <summary>Modelled cycles of the call; null if its cost is not known.</summary>
    public long? Cycles { get; init; }
}
