using Brim.Quantize.Accumulators;
using Brim.Quantize.Weights;

namespace Brim.Quantize.Tests;

public class AccumulatorBoundsTests
{
    [Theory]
    [InlineData(576, 8, 8, 26)] // worked by hand from the A2Q formula: a = log2 576 + 15 = 24.17, P = ceil(25.17)
    [InlineData(576, 8, 4, 22)]
    [InlineData(576, 4, 4, 18)]
    public void DataTypeBound_MatchesTheFormula(int k, int n, int m, int expected) =>
        Assert.Equal(expected, AccumulatorBounds.DataTypeBits(k, n, m, false));

    [Fact]
    public void DataTypeBound_EqualsThePapersLogarithms()
    {
        for (var k = 1; k < 2000; k += 13)
        {
            foreach (var (n, m, s) in new[] { (8, 8, 0), (4, 3, 0), (5, 2, 1), (8, 4, 1) })
            {
                var a = Math.Log2(k) + n + m - 1 - s;
                Assert.Equal((int)Math.Ceiling(a + Math.Log2(1 + Math.Pow(2, -a)) + 1), AccumulatorBounds.DataTypeBits(k, n, m, s == 1));
            }
        }
    }

    [Fact]
    public void Budgets_MatchThePublishedFormulas()
    {
        foreach (var (p, n) in new[] { (16, 8), (16, 4), (12, 4), (14, 6) })
        {
            Assert.Equal((long)Math.Floor((Math.Pow(2, p - 1) - 1) * Math.Pow(2, -n)), AccumulatorBounds.A2QBudget(p, n, false));
            Assert.Equal((long)Math.Floor((Math.Pow(2, p - 1) - 1) * Math.Pow(2, 1 - n)), AccumulatorBounds.A2QBudget(p, n, true));
            Assert.Equal((long)Math.Floor((Math.Pow(2, p) - 2) / (Math.Pow(2, n) - 1)), AccumulatorBounds.A2QPlusBudget(p, n));
        }
        Assert.Equal(257, AccumulatorBounds.CentredBudget(16, IntegerRange.Unsigned(8)));
    }

    [Fact]
    public void Budgets_AreSafe_AndThoseOfExactBoundsBreakWithOneUnitMore()
    {
        for (var p = 6; p <= 20; p++)
        {
            for (var n = 1; n <= 8; n++)
            {
                var (most, top) = (1L << (p - 1), (1L << n) - 1);
                // A2Q, any signs: all of the norm may meet the largest input. With signed inputs that is 2^(N-1).
                Assert.True(AccumulatorBounds.A2QBudget(p, n, false) * top < most);
                Assert.True(AccumulatorBounds.A2QBudget(p, n, true) << (n - 1) < most);
                // A2Q+: half of the budget meets the largest input; one unit more does not fit.
                var half = AccumulatorBounds.A2QPlusBudget(p, n) / 2;
                Assert.True(half * top < most);
                Assert.True((half + 1) * top > most - 1);
                Assert.True(AccumulatorBounds.A2QPlusHolds([(int)half, -(int)half], p, n));
                Assert.False(AccumulatorBounds.A2QPlusHolds([(int)half + 1, -(int)half], p, n));
                // A centred accumulator of 2^P sums: the norm times the span, and the sum 0 between.
                foreach (var range in (IntegerRange[])[IntegerRange.Unsigned(n), IntegerRange.Signed(n)])
                {
                    var norm = AccumulatorBounds.CentredBudget(p, range);
                    Assert.True((norm * top) + 1 <= 1L << p && ((norm + 1) * top) + 1 > 1L << p);
                }
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ExactAndCentredBounds_AreTight_ByBruteForce(bool signed)
    {
        var random = new Random(1);
        for (var trial = 0; trial < 200; trial++)
        {
            var n = random.Next(1, 4);
            var range = signed ? IntegerRange.Signed(n) : IntegerRange.Unsigned(n);
            var w = Enumerable.Range(0, random.Next(1, 5)).Select(_ => random.Next(-7, 8)).ToArray();
            var bias = random.Next(-20, 21);
            var (min, max) = Extremes(w, range);
            var exact = AccumulatorBounds.ExactBits(w, range, bias);
            Assert.True(Fits(min + bias, max + bias, exact));
            Assert.True(exact == 1 || !Fits(min + bias, max + bias, exact - 1));

            // A centred lane of P bits can hold any 2^P consecutive sums, and no more.
            var centred = AccumulatorBounds.CentredBits(w, range);
            Assert.True(max - min <= (1L << centred) - 1);
            Assert.True(centred == 1 || max - min > (1L << (centred - 1)) - 1);
        }
    }

    [Fact]
    public void EveryBound_IsSafe_AndNoTighterThanTheExactOne()
    {
        var random = new Random(2);
        for (var trial = 0; trial < 500; trial++)
        {
            var (n, m, k) = (random.Next(1, 9), random.Next(2, 9), random.Next(1, 40));
            var limit = (1 << (m - 1)) - 1;
            var w = Enumerable.Range(0, k).Select(_ => random.Next(-limit, limit + 1)).ToArray();
            var needs = AccumulatorNeeds.Of(new WeightCodes(1, k, w), m, IntegerRange.Unsigned(n));
            Assert.Equal(AccumulatorBounds.ExactBits(w, IntegerRange.Unsigned(n)), needs.Exact);
            Assert.True(needs.Exact <= needs.A2QPlus);
            Assert.True(needs.A2QPlus <= needs.A2Q + 1); // for weights of one sign A2Q+ pays for its symmetric budget
            Assert.True(needs.Exact <= needs.A2Q);
            Assert.True(needs.A2Q <= needs.DataType);
            Assert.True(needs.Centred <= needs.Exact);
        }
    }

    private static bool Fits(long min, long max, int bits) => min >= -(1L << (bits - 1)) && max <= (1L << (bits - 1)) - 1;

    private static (long Min, long Max) Extremes(int[] w, IntegerRange range)
    {
        var sums = new List<long> { 0 };
        foreach (var x in w)
            sums = [.. sums.SelectMany(s => Enumerable.Range((int)range.Min, (int)range.Span + 1).Select(u => s + ((long)u * x))).Distinct()];
        return (sums.Min(), sums.Max());
    }
}
