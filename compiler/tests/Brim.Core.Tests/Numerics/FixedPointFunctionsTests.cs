using Brim.Core.Numerics;
using Brim.Testing;

namespace Brim.Core.Tests.Numerics;

/// <summary>The fixed-point functions against doubles; the recorded models' softmaxes are the exact oracle.</summary>
public class FixedPointFunctionsTests
{
    // In units of 2^-31. The series around -1/8 leaves out x^5 / 120, at most exp(-1/8) * (1/8)^5 / 120 = 482 units; the rest is rounding.
    private const double ExpError = 512;
    // |d/dx 1/(1+x)| <= 1 and |d/dx (1-x)/(1+x)| <= 2 for x = exp(..) in [0, 1].
    private const double LogisticError = ExpError + 32;
    private const double TanhError = (2 * ExpError) + 32;

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(5)]
    public void Exp_is_near(int integerBits)
    {
        foreach (var a in Arguments(1).Select(a => a > 0 ? -a : a))
        {
            var exact = Math.Exp(Math.ScaleB(a, integerBits - 31));
            AssertNear(exact, FixedPointFunctions.ExpOnNegativeValues(a, integerBits), ExpError);
        }
    }

    [Fact]
    public void Logistic_and_tanh_are_near()
    {
        foreach (var a in Arguments(2))
        {
            var x = Math.ScaleB(a, 4 - 31);
            AssertNear(1 / (1 + Math.Exp(-x)), FixedPointFunctions.Logistic(a, 4), LogisticError);
            AssertNear(Math.Tanh(x), FixedPointFunctions.Tanh(a, 4), TanhError);
            if (a is not (int.MinValue or 0))
            {
                Assert.Equal(int.MaxValue - FixedPointFunctions.Logistic(a, 4), FixedPointFunctions.Logistic(-a, 4));
                Assert.Equal(-FixedPointFunctions.Tanh(a, 4), FixedPointFunctions.Tanh(-a, 4));
            }
        }
    }

    [Fact]
    public void Reciprocals_are_near()
    {
        foreach (var a in Arguments(3).Where(a => a > 0))
        {
            var x = Math.ScaleB(a, 12 - 31);
            var fraction = FixedPointFunctions.Reciprocal(a, 12, out var bitsOverUnit);
            AssertNear(Math.ScaleB(1 / x, bitsOverUnit), fraction, 16);
            AssertNear((1 - Math.ScaleB(a, -31)) / (1 + Math.ScaleB(a, -31)), FixedPointFunctions.OneMinusXOverOnePlusX(a), 32);
        }
    }

    [Fact]
    public void Exact_values()
    {
        Assert.Equal(int.MaxValue, FixedPointFunctions.ExpOnNegativeValues(0, 5));
        Assert.Equal(1 << 30, FixedPointFunctions.Logistic(0, 4));
        Assert.Equal(0, FixedPointFunctions.Tanh(0, 4));
        Assert.Equal(1672461947, FixedPointFunctions.ExpOnNegativeValues(-(1 << 24), 5), ExpError); // exp(-1/4)
    }

    private static void AssertNear(double exact, int actual, double tolerance) =>
        Assert.InRange(actual - Math.Min(exact * Math.ScaleB(1, 31), int.MaxValue), -tolerance, tolerance);

    private static IEnumerable<int> Arguments(ulong seed)
    {
        int[] edges = [1, -1, 2, -2, 1 << 24, -(1 << 24), (1 << 24) - 1, 1 << 26, -(1 << 26), int.MaxValue, -int.MaxValue, 0];
        var random = new SplitMix64(seed);
        return edges.Concat(Enumerable.Range(0, 20_000).Select(_ => (int)random.Next() >> random.Between(0, 30)));
    }
}
