using Brim.Core.Numerics;
using Brim.Testing;

namespace Brim.Core.Tests.Numerics;

public class QuantizedMultiplierTests
{
    [Fact]
    public void The_fraction_is_the_nearest_one()
    {
        var random = new SplitMix64(1);
        for (var i = 0; i < 20_000; i++)
        {
            var factor = Math.ScaleB(random.Real(0.5, 1), random.Between(-40, 30));
            // Now and then a double whose low bits lie at a tie or just beside one.
            if (random.OneIn(3))
                factor = BitConverter.Int64BitsToDouble((BitConverter.DoubleToInt64Bits(factor) & ~0x3FFFFFL) | (long)random.Pick([0x1FFFFFL, 0x200000L, 0x200001L]));
            if (random.OneIn(4))
                factor = -factor;
            Assert.Equal(ExactArithmetic.Quantize(factor), QuantizedMultiplier.FromReal(factor));
        }
    }

    [Theory]
    [InlineData(0.0, 0, 0)]
    [InlineData(1.0, 1 << 30, 1)]
    [InlineData(0.5, 1 << 30, 0)]
    [InlineData(0.25, 1 << 30, -1)]
    [InlineData(-0.75, -1610612736, 0)]
    [InlineData(0.99999999999, 1 << 30, 1)] // rounds up to 2^31, renormalised
    [InlineData(2.3283064365386963e-10, 1 << 30, -31)] // 2^-32, the smallest
    [InlineData(1.1641532182693481e-10, 0, 0)] // 2^-33 is flushed
    [InlineData(double.Epsilon, 0, 0)]
    public void Known_values(double factor, int multiplier, int shift)
    {
        Assert.Equal(new QuantizedMultiplier(multiplier, shift), QuantizedMultiplier.FromReal(factor));
        Assert.Equal(ExactArithmetic.Quantize(factor), QuantizedMultiplier.FromReal(factor));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_factor_is_finite(double factor) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => QuantizedMultiplier.FromReal(factor));

    [Fact]
    public void One_changes_nothing()
    {
        foreach (var x in new[] { 0, 1, -1, 255, -255, 65535, -65535, (1 << 29) - 1, -(1 << 29) })
            Assert.Equal(x, FixedPoint.MultiplyByQuantizedMultiplier(x, QuantizedMultiplier.One));
    }
}
