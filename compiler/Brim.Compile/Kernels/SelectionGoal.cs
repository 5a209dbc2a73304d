namespace Brim.Compile.Kernels;

/// <summary>What to choose among exact kernels for.</summary>
public enum SelectionGoal
{
    /// <summary>
    /// The fewest modelled cycles of the network. Selections within 1 % of them are a tie, as predictions are no better: among these the one with the
    /// smallest arena.
    /// </summary>
    Speed,

    /// <summary>
    /// The fewest bytes of arena and constants among candidates that take at most a quarter more cycles than the layer's fastest kernel with one sum in a
    /// word: as small as 32-bit sums, and lanes only where they are smaller. The quarter is for shorter strips of those kernels themselves.
    /// </summary>
    Size,
}
