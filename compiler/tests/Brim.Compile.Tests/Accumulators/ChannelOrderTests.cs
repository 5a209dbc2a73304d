using System.Collections.Immutable;
using Brim.Compile.Accumulators;

namespace Brim.Compile.Tests.Accumulators;

public sealed class ChannelOrderTests
{
    [Fact]
    public void AlikeMinimisesTheSumOfTheHeaviestOfEachPair()
    {
        var random = new Random(5);
        for (var round = 0; round < 20; round++)
        {
            var norms = Norms(random, 6);
            Assert.Equal(Permutations([.. Enumerable.Range(0, 6)]).Min(p => Cost(norms, p)), Cost(norms, ChannelOrder.Alike(norms)));
        }
    }

    [Fact]
    public void LightLowPutsTheLighterHalfInTheLowLanes()
    {
        var norms = Norms(new Random(6), 8);
        var order = ChannelOrder.LightLow(norms);
        Assert.Equal(Enumerable.Range(0, 8), order.Order());
        Assert.True(order.Where((_, i) => i % 2 == 0).Max(c => norms[c]) <= order.Where((_, i) => i % 2 == 1).Min(c => norms[c]));
    }

    [Fact]
    public void FittingPairsFindsPairsWhereTheyExist()
    {
        var random = new Random(7);
        var (perfect, found) = (0, 0);
        for (var round = 0; round < 200; round++)
        {
            // Six or seven channels, most of which fit most of the others.
            var (n, table) = (6 + (round % 2), new bool[7, 7]);
            for (var a = 0; a < n; a++)
            {
                for (var b = 0; b < n; b++)
                    table[a, b] = random.Next(3) > 0;
            }
            var order = ChannelOrder.FittingPairs(n, (a, b) => table[a, b]);
            Assert.Equal(Enumerable.Range(0, n), order.Order());
            found += Fits(order) ? 1 : 0;
            perfect += Permutations([.. Enumerable.Range(0, n)]).Any(Fits) ? 1 : 0;

            bool Fits(ImmutableArray<int> p) => Enumerable.Range(0, n / 2).All(i => table[p[2 * i], p[(2 * i) + 1]]);
        }
        // A greedy matching is not always the largest.
        Assert.InRange(found, perfect * 0.97, perfect);
    }

    private static long Cost(long[] norms, IReadOnlyList<int> order) =>
        Enumerable.Range(0, order.Count / 2).Sum(i => Math.Max(norms[order[2 * i]], norms[order[2 * i + 1]]));

    private static long[] Norms(Random random, int outputs) => [.. Enumerable.Range(0, outputs).Select(_ => (long)random.Next(0, 36))];

    private static IEnumerable<ImmutableArray<int>> Permutations(ImmutableArray<int> items) => items.IsEmpty
        ? [[]]
        : items.SelectMany(first => Permutations(items.Remove(first)).Select(rest => rest.Insert(0, first)));
}
