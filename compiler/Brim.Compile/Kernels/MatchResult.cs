namespace Brim.Compile.Kernels;

/// <summary>A rule's answer.</summary>
/// <param name="Accepted">True if the kernel computes the node bit for bit.</param>
/// <param name="Reason">Why not, where declined.</param>
public readonly record struct MatchResult(bool Accepted, string? Reason)
{
    /// <summary>The kernel fits.</summary>
    public static MatchResult Accept { get; } = new(true, null);

    /// <summary>The kernel does not fit.</summary>
    public static MatchResult Decline(string reason) => new(false, reason);
}
