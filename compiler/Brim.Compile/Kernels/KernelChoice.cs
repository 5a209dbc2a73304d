using System.Collections.Immutable;
using Brim.Compile.Program;
using Brim.Core.IR;

namespace Brim.Compile.Kernels;

/// <summary>What was chosen for a node, and why the other kernels were not.</summary>
/// <param name="Node">The node.</param>
/// <param name="Tried">All candidates, in the order in which they were tried.</param>
/// <param name="Chosen">The one of these that computes the node.</param>
/// <param name="Rejected">The others, with the reasons; without those of rules for other operators.</param>
public sealed record KernelChoice(Node Node, ImmutableArray<KernelTrial> Tried, KernelTrial Chosen, ImmutableArray<RejectedKernel> Rejected)
{
    /// <summary>Name of the rule, with the candidate behind a colon where it has several.</summary>
    public string Rule => Chosen.Candidate.Name;

    /// <summary>The call.</summary>
    public KernelCall Call => Chosen.Call!;

    /// <summary>Modelled cycles of the call; null if its cost is not known.</summary>
    public long? Cycles => Chosen.Cycles;

    /// <summary>A choice.</summary>
    /// <param name="node">The node.</param>
    /// <param name="tried">All candidates.</param>
    /// <param name="chosen">The one to take.</param>
    /// <param name="objection">What speaks against a candidate beside its cycles; null for nothing.</param>
    internal static KernelChoice Of(Node node, ImmutableArray<KernelTrial> tried, KernelTrial chosen, Func<KernelTrial, string?>? objection = null) => new(
        node, tried, chosen, [.. tried.Where(t => !ReferenceEquals(t, chosen) && !t.Candidate.IsOtherOperator).Select(t => new RejectedKernel(t, Reason(t, chosen, objection)))]);

    private static string Reason(KernelTrial trial, KernelTrial chosen, Func<KernelTrial, string?>? objection)
    {
        if (trial.Candidate.Refusal is { } refusal)
            return refusal;
        if (chosen.Cycles is not { } least)
            return "a kernel before it in the target's order fits";
        if (trial.Cycles is not { } cycles)
            return "no cost data, so not comparable";
        var comparison = FormattableString.Invariant($"{cycles} modelled cycles, the chosen one {least}");
        return objection?.Invoke(trial) is { } more ? $"{comparison}; {more}" : comparison;
    }
}
