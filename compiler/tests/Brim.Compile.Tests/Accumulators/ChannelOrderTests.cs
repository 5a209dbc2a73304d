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

    private static long Cost(long[] norms, IReadOnlyList<int> order) =>
        Enumerable.Range(0, order.Count / 2).Sum(i => Math.Max(norms[order[2 * i]], norms[order[2 * i + 1]]));

    private static long[] Norms(Random random, int outputs) => [.. Enumerable.Range(0, outputs).Select(_ => (long)random.Next(0, 36))];

    private static IEnumerable<ImmutableArray<int>> Permutations(ImmutableArray<int> items) => items.IsEmpty
        ? [[]]
        : items.SelectMany(first => Permutations(items.Remove(first)).Select(rest => rest.Insert(0, first)));
}
