namespace Brim.Compile.Kernels;

/// <summary>A kernel that was not chosen for a node.</summary>
/// <param name="Name">Rule and candidate.</param>
/// <param name="Cycles">Modelled cycles, if it could have been used and its cost is known.</param>
/// <param name="Reason">Why not.</param>
public sealed record RejectedKernel(string Name, long? Cycles, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Reason}";
}
