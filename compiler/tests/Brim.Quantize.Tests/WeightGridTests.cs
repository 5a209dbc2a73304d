using Brim.Quantize.LinearAlgebra;
using Brim.Quantize.Weights;

namespace Brim.Quantize.Tests;

public class WeightGridTests
{
    [Fact]
    public void MaxAbs_PutsTheLargestMagnitudeOnTheLargestCode()
    {
        var w = new Matrix(2, 3, [0.5, -2, 1, 0.1, 0.2, -0.3]);
        var grid = WeightGrids.MaxAbs(w, 4);
        Assert.Equal(2.0 / 7, grid.Scales[0], 12);
        Assert.Equal(0.3 / 7, grid.Scales[1], 12);
        Assert.Equal(-7, grid.Nearest(0, -2));
        Assert.Equal(-7, grid.Nearest(0, -100));
        Assert.All(WeightGrids.MaxAbs(w, 4, perTensor: true).Scales, s => Assert.Equal(2.0 / 7, s, 12));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void MeanSquare_IsCloseToABruteForceOptimum(int bits)
    {
        var random = new Random(bits);
        var w = RandomLayers.Gaussian(random, 4, 60);
        var importance = Enumerable.Range(0, 60).Select(_ => random.NextDouble() + 0.01).ToArray();
        var grid = WeightGrids.MeanSquare(w, bits, importance);
        for (var r = 0; r < 4; r++)
        {
            var max = w.Row(r).ToArray().Max(Math.Abs);
            var best = Enumerable.Range(1, 4000).Min(i => Error(w.Row(r), max * i / 4000 / grid.Limit, grid.Limit, importance));
            Assert.InRange(Error(w.Row(r), grid.Scales[r], grid.Limit, importance), 0, best * 1.05);
        }
    }

    [Fact]
    public void FixedPoint_IsTheFinestPowerOfTwoWhoseIntegerBitsHoldTheLargestWeight()
    {
        var random = new Random(4);
        for (var trial = 0; trial < 50; trial++)
        {
            var w = RandomLayers.Gaussian(random, 2, 5, Math.Pow(2, random.Next(-6, 6)));
            var bits = random.Next(2, 9);
            var scale = WeightGrids.FixedPoint(w, bits).Scales[0];
            var largest = w.Elements.Max(Math.Abs);
            // 2^(M-1) steps reach the largest weight; with steps of half the size they do not.
            Assert.True(scale * Math.Pow(2, bits - 1) >= largest && scale / 2 * Math.Pow(2, bits - 1) < largest);
            Assert.Equal(scale, Math.Pow(2, Math.Round(Math.Log2(scale))));
        }
    }

    [Fact]
    public void FullRange_DividesTheWholeRangeOfAChannelIntoAllSteps()
    {
        var w = new Matrix(2, 3, [0.5, -2, 1, 0, 0, 0]);
        var grid = WeightGrids.FullRange(w, 8);
        Assert.Equal(2 * 2.0 / 255, grid.Scales[0], 12);
        Assert.Equal(1, grid.Scales[1]);
        Assert.Equal(2 * 2.0 / 255, WeightGrids.FullRange(w, 8, perTensor: true).Scales[1], 12);
    }

    [Fact]
    public void GpfqAlphabet_FollowsTheFormula()
    {
        var w = new Matrix(2, 2, [1, -3, 2, 1]);
        Assert.Equal(1.16 * 2.5 / 8, WeightGrids.GpfqAlphabet(w, 4).Scales[0], 12);
    }

    private static double Error(ReadOnlySpan<double> w, double scale, int limit, double[] importance)
    {
        double sum = 0;
        for (var k = 0; k < w.Length; k++)
        {
            var value = w[k];
            var nearest = Enumerable.Range(-limit, (2 * limit) + 1).Min(q => Math.Abs(value - (q * scale)));
            sum += importance[k] * nearest * nearest;
        }
        return sum;
    }
}
