using Brim.Bench.Fitting;
using Brim.Quantize.LinearAlgebra;

namespace Brim.QemuTests.Costs;

public class NonNegativeLeastSquaresTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void NoPointNearbyIsBetter(int seed)
    {
        var random = new Random(seed);
        var (a, b) = Problem(random, 12, 5);
        var x = NonNegativeLeastSquares.Solve(a, b);
        Assert.All(x, v => Assert.True(v >= 0));
        // The problem is convex: a point is the minimum if no small step along an axis improves it.
        var best = Residual(a, b, x);
        for (var j = 0; j < x.Length; j++)
        {
            foreach (var step in new[] { 1e-4, -1e-4 })
            {
                var other = (double[])x.Clone();
                other[j] = Math.Max(0, other[j] + step);
                Assert.True(Residual(a, b, other) >= best - 1e-9, $"a step of {step} along {j} is better");
            }
        }
        Assert.Contains(x, v => v == 0);
    }

    [Fact]
    public void AnExactSolutionIsFound()
    {
        var (a, _) = Problem(new Random(9), 10, 4);
        double[] truth = [3, 0, 0.5, 12];
        double[] b = [.. Enumerable.Range(0, a.Rows).Select(i => Matrix.Dot(a.Row(i), truth))];
        var x = NonNegativeLeastSquares.Solve(a, b);
        for (var j = 0; j < truth.Length; j++)
            Assert.Equal(truth[j], x[j], 5);
    }

    /// <summary>Two columns that always go together have no unique answer; their sum has.</summary>
    [Fact]
    public void DependentColumnsAreNoFailure()
    {
        var a = new Matrix(3, 2, [1, 2, 2, 4, 5, 10]);
        var x = NonNegativeLeastSquares.Solve(a, [6, 12, 30]);
        Assert.Equal(6, x[0] + (2 * x[1]), 5);
    }

    private static (Matrix A, double[] B) Problem(Random random, int rows, int columns)
    {
        var a = new Matrix(rows, columns);
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
                a[i, j] = random.NextDouble();
        }
        // Of both signs, so that some bounds hold.
        return (a, [.. Enumerable.Range(0, rows).Select(_ => random.NextDouble() - 0.3)]);
    }

    private static double Residual(Matrix a, double[] b, double[] x) =>
        Enumerable.Range(0, a.Rows).Sum(i => Math.Pow(Matrix.Dot(a.Row(i), x) - b[i], 2));
}
