using Brim.Compile.Program;

namespace Brim.Compile.Kernels;

/// <summary>One way in which a rule could compute a node: a call, or why it cannot.</summary>
/// <param name="Name">Name of the rule, with what distinguishes this candidate from its others behind a colon.</param>
/// <param name="Call">The call; null if refused.</param>
/// <param name="Refusal">The reason with its values; null if there is a call.</param>
public sealed record KernelCandidate(string Name, KernelCall? Call, string? Refusal)
{
    /// <summary>A call.</summary>
    public static KernelCandidate Of(string name, KernelCall call) => new(name, call, null);

    /// <summary>True if the rule is for other operators altogether, which reports leave out.</summary>
    public bool IsOtherOperator { get; init; }

    /// <summary>A refusal.</summary>
    public static KernelCandidate Refused(string name, string reason) => new(name, null, reason);
}
