using System.Collections.Immutable;
using Brim.Core.Diagnostics;

namespace Brim.Quantize.Search;

/// <summary>
/// The search of de Bruin, Zivkovic and Corporaal (arXiv 2004.11783): layer after layer, every candidate is tried on the network whose earlier
/// layers are decided and whose later ones are not quantized yet, and the best is kept.
/// </summary>
public static class GreedyWidthSearch
{
    /// <summary>Decides one position after the other.</summary>
    /// <param name="candidates">The candidates of a position, given those decided before; none may be empty.</param>
    /// <param name="score">Error of a prefix of decisions.</param>
    /// <param name="positions">Number of positions.</param>
    /// <param name="progress">Receives the fraction done.</param>
    /// <typeparam name="T">Type of a decision.</typeparam>
    /// <returns>One decision a position. Of equal scores the first wins.</returns>
    public static ImmutableArray<T> Run<T>(
        Func<ImmutableArray<T>, IEnumerable<T>> candidates, Func<ImmutableArray<T>, double> score, int positions, IProgress<double>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        ArgumentNullException.ThrowIfNull(score);
        ImmutableArray<T> decided = [];
        for (var i = 0; i < positions; i++)
        {
            var prefix = decided;
            decided = candidates(prefix).Select(c => prefix.Add(c)).MinBy(score);
            progress?.Report((i + 1.0) / positions);
        }
        return decided;
    }
}
