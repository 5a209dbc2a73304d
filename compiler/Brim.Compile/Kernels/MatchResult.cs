namespace Brim.Compile.Kernels;

/// <summary>A rule's answer.</summary>
/// <param name="Accepted">True if the kernel computes the node bit for bit.</param>
/// <param name="Reason">Why not, where declined.</param>
public readonly record struct MatchResult(bool Accepted, string? Reason)
{
    /// <summary>The kernel fits.</summary>
    public static MatchResult Accept { get; } = new(true, null);

    /// <summary>True if the rule is for other operators altogether, which reports leave out.</summary>
    public bool IsOtherOperator { get; private init; }

    /// <summary>The rule is for other operators.</summary>
    public static MatchResult OtherOperator(string reason) => new(false, reason) { IsOtherOperator = true };

    /// <summary>The kernel does not fit.</summary>
    public static MatchResult Decline(string reason) => new(false, reason);
}
