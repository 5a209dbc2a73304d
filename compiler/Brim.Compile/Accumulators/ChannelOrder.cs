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
        return [.. Enumerable.Range(0, sorted.Length).Select(i => sorted[i % 2 == 0 ? i / 2 : low + (i / 2)])];
    }

    /// <summary>
    /// For kernels that keep two channels in one register and cannot keep any two: pairs (even position, odd position) that fit, as many as a greedy
    /// matching finds, which serves the channels with the fewest partners first.
    /// </summary>
    /// <param name="channels">Number of channels; the last of an odd number stays alone.</param>
    /// <param name="fits">Whether the second channel may stand in an odd position beside the first.</param>
    /// <returns>Position to channel.</returns>
    public static ImmutableArray<int> FittingPairs(int channels, Func<int, int, bool> fits)
    {
        ArgumentNullException.ThrowIfNull(fits);
        var open = Enumerable.Range(0, channels).ToList();
        var matrix = new bool[channels, channels];
        var partners = new int[channels];
        foreach (var (a, b) in open.SelectMany(a => open.Where(b => b != a).Select(b => (a, b))))
        {
            matrix[a, b] = fits(a, b);
            partners[a] += matrix[a, b] ? 1 : 0;
            partners[b] += matrix[a, b] ? 1 : 0;
        }
        var (pairs, alone) = (ImmutableArray.CreateBuilder<int>(channels), new List<int>());
        while (open.Count > 0)
        {
            var first = Take(open.MinBy(c => partners[c]));
            var candidates = open.Where(c => matrix[first, c] || matrix[c, first]).ToList();
            if (candidates.Count == 0)
            {
                alone.Add(first);
                continue;
            }
            var second = Take(candidates.MinBy(c => partners[c]));
            pairs.AddRange(matrix[first, second] ? new[] { first, second } : new[] { second, first });
        }
        return [.. pairs, .. alone];

        int Take(int channel)
        {
            open.Remove(channel);
            foreach (var c in open)
                partners[c] -= (matrix[c, channel] ? 1 : 0) + (matrix[channel, c] ? 1 : 0);
            return channel;
        }
    }
}
