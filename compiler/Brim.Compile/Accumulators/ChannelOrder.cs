using System.Collections.Immutable;

namespace Brim.Compile.Accumulators;

/// <summary>
/// Orders of the output channels that lengthen chunks. An order costs nothing at run time: it is a permutation of the next layer's input
/// channels.
/// </summary>
public static class ChannelOrder
{
    /// <summary>
    /// For packings whose tiles are cut by the heaviest of their channels: channels by norm, so that neighbours are alike. This minimises
    /// the sum over tiles of the greatest norm.
    /// </summary>
    /// <param name="norms">Sum of absolute weights of every channel.</param>
    /// <returns>Position to channel.</returns>
    public static ImmutableArray<int> Alike(IReadOnlyList<long> norms)
    {
        ArgumentNullException.ThrowIfNull(norms);
        return [.. Enumerable.Range(0, norms.Count).OrderBy(c => norms[c])];
    }

    /// <summary>
    /// For smlad-dual, which is cut by low lanes only: the lighter half of the channels goes to the low lanes (even positions), sorted so that
    /// the low lanes of a tile are alike.
    /// </summary>
    /// <param name="norms">Sum of absolute weights of every channel.</param>
    /// <returns>Position to channel.</returns>
    public static ImmutableArray<int> LightLow(IReadOnlyList<long> norms)
    {
        var sorted = Alike(norms);
        var low = (sorted.Length + 1) / 2;
        return [.. Enumerable.Range(0, sorted.Length).Select(i => sorted[i % 2 == 0 ? i / 2 : low + i / 2])];
    }
}
