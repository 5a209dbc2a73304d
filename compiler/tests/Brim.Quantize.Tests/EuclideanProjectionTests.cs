using Brim.Quantize.LinearAlgebra;
using Brim.Quantize.Weights;

namespace Brim.Quantize.Tests;

public class EuclideanProjectionTests
{
    [Fact]
    public void L1Projection_EqualsBisectionOnTheThreshold()
    {
        var random = new Random(13);
        for (var trial = 0; trial < 100; trial++)
        {
            var v = RandomLayers.Gaussian(random, 1, random.Next(1, 20)).Elements;
            var radius = random.NextDouble() * 1.2 * v.Sum(Math.Abs);
            double low = 0, high = v.Max(Math.Abs);
            for (var i = 0; i < 200; i++)
            {
                var middle = (low + high) / 2;
                if (v.Sum(x => Math.Max(Math.Abs(x) - middle, 0)) > radius)
                    low = middle;
                else
                    high = middle;
            }
            var expected = v.Select(x => Math.Sign(x) * Math.Max(Math.Abs(x) - high, 0)).ToArray();
            L1Ball.Project(v, radius);
            for (var i = 0; i < v.Length; i++)
                Assert.Equal(expected[i], v[i], 9);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void RoundedProjection_KeepsThePublishedInequality(bool centred)
    {
        var random = new Random(14);
        for (var trial = 0; trial < 200; trial++)
        {
            var w = RandomLayers.Gaussian(random, 3, random.Next(4, 60));
            var (p, n) = (random.Next(8, 16), random.Next(2, 9));
            var method = new EuclideanProjection(p, n, false, centred);
            var codes = method.Round(new WeightProblem(w, WeightGrids.MaxAbs(w, 4), new Matrix(w.Columns, w.Columns)));
            for (var r = 0; r < 3; r++)
            {
                Assert.True(method.Holds(codes.Row(r)));
                // Independently of any bound: the worst unsigned inputs stay inside a signed accumulator of P bits.
                long high = 0, low = 0;
                foreach (var q in codes.Row(r))
                {
                    high += Math.Max(0, q) * ((1L << n) - 1);
                    low += Math.Min(0, q) * ((1L << n) - 1);
                }
                Assert.InRange(high, 0, (1L << (p - 1)) - 1);
                Assert.InRange(low, -(1L << (p - 1)), 0);
            }
        }
    }

    [Fact]
    public void InsideTheBall_OnlyTheRoundingTowardsZeroRemains()
    {
        var w = new Matrix(1, 3, [0.99, -1.99, 0.5]);
        var codes = new EuclideanProjection(32, 4).Round(new WeightProblem(w, new WeightGrid(4, [1.0]), new Matrix(3, 3)));
        Assert.Equal([0, -1, 0], codes.Elements);
    }
}
