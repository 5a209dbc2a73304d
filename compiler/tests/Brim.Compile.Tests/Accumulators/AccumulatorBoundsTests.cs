using Brim.Compile.Accumulators;

namespace Brim.Compile.Tests.Accumulators;

public sealed class AccumulatorBoundsTests
{
    [Fact]
    public void ExactRangeIsReachedAndNeverLeft()
    {
        for (var positive = 0; positive <= 3; positive++)
            for (var negative = 0; negative <= 3; negative++)
                foreach (var (mu, nu) in new[] { (0, 3), (-4, 3), (-2, 0) })
                {
                    var sums = from p in Enumerable.Range(mu, nu - mu + 1)
                               from n in Enumerable.Range(mu, nu - mu + 1)
                               select positive * p - negative * n;
                    var (low, high) = AccumulatorBounds.Range(positive, negative, mu, nu);
                    Assert.Equal(sums.Min(), low);
                    Assert.Equal(sums.Max(), high);
                }
    }

    [Fact]
    public void FewestBitsHoldTheRangeAndOneLessDoesNot()
    {
        for (var low = -9; low <= 0; low++)
            for (var high = 0; high <= 9; high++)
            {
                var signed = AccumulatorBounds.SignedBits(low, high);
                Assert.True(low >= -(1 << (signed - 1)) && high < 1 << (signed - 1));
                Assert.True(signed == 1 || low < -(1 << (signed - 2)) || high >= 1 << (signed - 2));
                var centred = AccumulatorBounds.CentredBits(low, high);
                Assert.True(high - low < 1 << centred);
                Assert.True(centred == 0 || high - low >= 1 << (centred - 1));
                Assert.True(centred <= signed);
            }
    }

    // The published formulas, rounded down to whole norms: P = 16, N = 8 and 4; P = 12, N = 4.
    [Theory]
    [InlineData(16, 8, 127, 256)]
    [InlineData(16, 4, 2047, 4368)]
    [InlineData(12, 4, 127, 272)]
    public void NormsOfTheTrainingMethods(int accumulator, int activation, long a2q, long a2qPlus)
    {
        Assert.Equal(a2q, AccumulatorBounds.A2qNorm(accumulator, activation, signedActivations: false));
        Assert.Equal(a2qPlus, AccumulatorBounds.A2qPlusNorm(accumulator, activation));
        Assert.True(AccumulatorBounds.CentredNorm(accumulator, (1 << activation) - 1) >= a2qPlus);
    }

    [Theory]
    [InlineData(576, 8, 8, 26)]
    [InlineData(576, 8, 4, 22)]
    [InlineData(576, 4, 4, 18)]
    public void DataTypeBound(int taps, int activation, int weight, int bits) =>
        Assert.Equal(bits, AccumulatorBounds.DataTypeBits(taps, activation, weight, signedActivations: false));
}
