namespace Brim.Compile.Kernels;

/// <summary>A kernel that was not chosen for a node.</summary>
/// <param name="Trial">The candidate.</param>
/// <param name="Reason">Why not.</param>
public sealed record RejectedKernel(KernelTrial Trial, string Reason)
{
    /// <summary>Rule and candidate.</summary>
    public string Name => Trial.Candidate.Name;

    /// <summary>Modelled cycles, if it could have been used and its cost is known.</summary>
    public long? Cycles => Trial.Cycles;

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Reason}";
}
