using Brim.Compile.Accumulators;

namespace Brim.Compile.Tests.Accumulators;

public sealed class ChunkerTests
{
    [Fact]
    public void GreedyNeedsTheFewestChunks()
    {
        var random = new Random(3);
        for (var round = 0; round < 500; round++)
        {
            var steps = random.Next(1, 12);
            var lanes = random.Next(1, 4);
            int[] bits = [.. Enumerable.Range(0, lanes).Select(_ => random.Next(3, 6))];
            var bound = random.Next(1, 4);
            var weights = new int[steps, lanes];
            for (var s = 0; s < steps; s++)
                for (var l = 0; l < lanes; l++)
                    weights[s, l] = random.Next(-3, 4);
            var chunks = Chunker.Cut(steps, [.. bits], (s, l) => LaneRange.Of(weights[s, l], bound));
            var fewest = Fewest(steps, bits, weights, bound);
            Assert.Equal(fewest, chunks?.Length ?? -1);
            if (chunks is not { } cut)
                continue;
            Assert.Equal(0, cut[0].Begin);
            Assert.Equal(steps, cut[^1].End);
            for (var i = 1; i < cut.Length; i++)
                Assert.Equal(cut[i - 1].End, cut[i].Begin);
            foreach (var chunk in cut)
                for (var l = 0; l < lanes; l++)
                    Assert.Equal(Norm(weights, chunk.Begin, chunk.End, l) * bound, chunk.Lanes[l].Width);
        }
    }

    [Fact]
    public void ChunksHaveAtMostTheLongestLength()
    {
        var chunks = Chunker.Cut(10, [30], (_, _) => new LaneRange(0, 1), 4);
        Assert.Equal([4, 4, 2], chunks!.Value.Select(c => c.End - c.Begin));
    }

    [Theory]
    [InlineData(15, 272, true)]
    [InlineData(15, 273, true)]
    [InlineData(15, 274, false)]
    [InlineData(63, 65, true)]
    [InlineData(63, 66, false)]
    public void TheBoundIsExactAtTwelveBits(int bound, int norm, bool one)
    {
        // Steps of weight 1: the chunk is exactly floor((2^12 - 1) / U) long.
        var chunks = Chunker.Cut(norm, [12], (step, _) => LaneRange.Of(step % 2 == 0 ? 1 : -1, bound))!.Value;
        Assert.Equal(one, chunks.Length == 1);
        Assert.Equal(Math.Min(norm, AccumulatorBounds.CentredNorm(12, bound)), chunks[0].End);
    }

    private static int Fewest(int steps, int[] bits, int[,] weights, int bound)
    {
        var best = Enumerable.Repeat(int.MaxValue, steps + 1).ToArray();
        best[0] = 0;
        for (var end = 1; end <= steps; end++)
            for (var begin = 0; begin < end; begin++)
                if (best[begin] != int.MaxValue
                    && Enumerable.Range(0, bits.Length).All(l => Norm(weights, begin, end, l) * bound <= (1 << bits[l]) - 1))
                    best[end] = Math.Min(best[end], best[begin] + 1);
        return best[steps] == int.MaxValue ? -1 : best[steps];
    }

    private static int Norm(int[,] weights, int begin, int end, int lane)
    {
        var sum = 0;
        for (var s = begin; s < end; s++)
            sum += Math.Abs(weights[s, lane]);
        return sum;
    }
}
