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
            var filter = Random(random, 6);
            var ordered = Cost(filter, ChannelOrder.Alike(filter));
            Assert.Equal(Permutations([.. Enumerable.Range(0, 6)]).Min(p => Cost(filter, p)), ordered);
        }
    }

    [Fact]
    public void LightLowPutsTheLighterHalfInTheLowLanes()
    {
        var filter = Random(new Random(6), 8);
        var order = ChannelOrder.LightLow(filter);
        Assert.Equal(Enumerable.Range(0, 8), order.Order());
        Assert.True(order.Where((_, i) => i % 2 == 0).Max(filter.Norm) <= order.Where((_, i) => i % 2 == 1).Min(filter.Norm));
        var moved = ChannelOrder.Apply(filter, order);
        for (var i = 0; i < 8; i++)
            for (var k = 0; k < filter.Taps; k++)
                Assert.Equal(filter.Tap(order[i], k), moved.Tap(i, k));
    }

    private static long Cost(FilterCodes filter, IReadOnlyList<int> order) =>
        Enumerable.Range(0, order.Count / 2).Sum(i => Math.Max(filter.Norm(order[2 * i]), filter.Norm(order[2 * i + 1])));

    private static FilterCodes Random(Random random, int outputs) =>
        new(outputs, 1, 1, 5, [.. Enumerable.Range(0, outputs * 5).Select(_ => (sbyte)random.Next(-7, 8))]);

    private static IEnumerable<ImmutableArray<int>> Permutations(ImmutableArray<int> items) => items.IsEmpty
        ? [[]]
        : items.SelectMany(first => Permutations(items.Remove(first)).Select(rest => rest.Insert(0, first)));
}
