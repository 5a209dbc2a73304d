using System.Numerics;
using Brim.Core.Numerics;
using Brim.Testing;

namespace Brim.Core.Tests.Numerics;

public class FixedPointTests
{
    private const int Samples = 20_000;

    private static readonly int[] Edges =
    [
        0, 1, -1, 2, -2, 3, -3, 127, -128, 32767, -32768, (1 << 30) - 1, 1 << 30, -(1 << 30), (1 << 30) + 1, int.MaxValue, int.MaxValue - 1, int.MinValue, int.MinValue + 1,
    ];

    [Fact]
    public void High_multiply_rounds_the_exact_product()
    {
        foreach (var (a, b) in Pairs(1))
            Assert.Equal(ExactArithmetic.HighMul(a, b), FixedPoint.SaturatingRoundingDoublingHighMul(a, b));
    }

    [Fact]
    public void Division_by_a_power_of_two_rounds_ties_away()
    {
        foreach (var (x, n) in Pairs(2))
            Assert.Equal(ExactArithmetic.DivideByPowerOfTwo(x, n & 31), FixedPoint.RoundingDivideByPowerOfTwo(x, n & 31));
        for (var x = -70; x <= 70; x++)
        {
            for (var n = 0; n < 8; n++)
                Assert.Equal(ExactArithmetic.DivideByPowerOfTwo(x, n), FixedPoint.RoundingDivideByPowerOfTwo(x, n));
        }
    }

    [Fact]
    public void Left_shift_saturates()
    {
        foreach (var (x, n) in Pairs(3))
        {
            var exponent = 1 + ((n & int.MaxValue) % 30);
            Assert.Equal(ExactArithmetic.Saturate((BigInteger)x << exponent), FixedPoint.SaturatingShiftLeft(x, exponent));
        }
    }

    [Fact]
    public void Half_sum_rounds_ties_away()
    {
        foreach (var (a, b) in Pairs(4))
            Assert.Equal((int)ExactArithmetic.RoundAway((BigInteger)a + b, 2), FixedPoint.RoundingHalfSum(a, b));
    }

    [Fact]
    public void Both_roundings_of_a_rescale_are_exact()
    {
        var random = new SplitMix64(5);
        foreach (var (x, m) in Pairs(5))
        {
            var factor = new QuantizedMultiplier((m & 0x3FFFFFFF) | (1 << 30), random.Between(-31, 30));
            Assert.Equal(ExactArithmetic.MultiplyDouble(x, factor), FixedPoint.MultiplyByQuantizedMultiplier(x, factor));
            Assert.Equal(ExactArithmetic.MultiplySingle(x, factor), FixedPoint.MultiplyByQuantizedMultiplierSingle(x, factor));
        }
    }

    [Fact]
    public void A_wide_accumulator_is_rescaled_by_sixteen_bits_of_the_fraction()
    {
        var random = new SplitMix64(6);
        foreach (var (x, m) in Pairs(6))
        {
            var wide = random.OneIn(3) ? x : (long)random.Next() >> random.Between(16, 50);
            var factor = new QuantizedMultiplier((m & 0x3FFFFFFF) | (1 << 30), random.Between(-31, 7));
            Assert.Equal(ExactArithmetic.MultiplyWide(wide, factor), FixedPoint.MultiplyByQuantizedMultiplier(wide, factor));
        }
        Assert.Equal(0x7FFF, FixedPoint.ReducedMultiplier(int.MaxValue));
        Assert.Equal(0x7FFF, FixedPoint.ReducedMultiplier(0x7FFF0000));
        Assert.Equal(0x7FFF, FixedPoint.ReducedMultiplier(0x7FFEFFFF));
        Assert.Equal(0x4000, FixedPoint.ReducedMultiplier(1 << 30));
    }

    [Fact]
    public void The_two_schemes_differ_where_two_roundings_do()
    {
        // 1.5 - epsilon: the first rounding makes it 1.5, the second makes that 2.
        var factor = new QuantizedMultiplier(1 << 30, 0);
        Assert.Equal(1, FixedPoint.MultiplyByQuantizedMultiplierSingle(1, factor));
        Assert.Equal(0, FixedPoint.MultiplyByQuantizedMultiplierSingle(-1, factor));
        Assert.Equal(1, FixedPoint.MultiplyByQuantizedMultiplier(1, factor));
        var quarter = new QuantizedMultiplier(1 << 30, -1);
        Assert.Equal(2, FixedPoint.MultiplyByQuantizedMultiplier(5, quarter)); // 1.25 -> 3 / 2 -> 2
        Assert.Equal(1, FixedPoint.MultiplyByQuantizedMultiplierSingle(5, quarter));
    }

    private static IEnumerable<(int A, int B)> Pairs(ulong seed)
    {
        foreach (var a in Edges)
        {
            foreach (var b in Edges)
                yield return (a, b);
        }
        var random = new SplitMix64(seed);
        for (var i = 0; i < Samples; i++)
        {
            // All magnitudes alike, and products near ties.
            var a = (int)random.Next() >> random.Between(0, 31);
            var b = random.OneIn(3) ? 1 << random.Between(0, 30) : (int)random.Next() >> random.Between(0, 31);
            yield return (a, b);
        }
    }
}
