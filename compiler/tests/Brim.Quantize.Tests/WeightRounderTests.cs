using Brim.Quantize.LinearAlgebra;
using Brim.Quantize.Weights;

namespace Brim.Quantize.Tests;

public class WeightRounderTests
{
    [Theory]
    [InlineData(SparsityThreshold.None)]
    [InlineData(SparsityThreshold.Soft)]
    [InlineData(SparsityThreshold.Hard)]
    public void Gpfq_EqualsTheAlgorithmOnTheData(SparsityThreshold threshold)
    {
        var random = new Random(3);
        for (var trial = 0; trial < 20; trial++)
        {
            var (x, noisy) = RandomLayers.Inputs(random, 50, 12);
            var w = RandomLayers.Gaussian(random, 3, 12);
            var grid = WeightGrids.MaxAbs(w, 3);
            var codes = new Gpfq(threshold, 0.7).Round(RandomLayers.Problem(w, grid, x, noisy));
            for (var r = 0; r < 3; r++)
            {
                var level = 0.7 * grid.Scales[r];
                // Section 2 of arXiv 2010.15979, with the running error u as a vector over the samples.
                var u = new double[50];
                for (var t = 0; t < 12; t++)
                {
                    double dot = 0, norm = 0;
                    for (var s = 0; s < 50; s++)
                    {
                        dot += noisy[s, t] * (u[s] + (w[r, t] * x[s, t]));
                        norm += noisy[s, t] * noisy[s, t];
                    }
                    // Sparse variants (2201.11113, section 5) quantize what a threshold leaves of z.
                    var z = dot / norm;
                    z = threshold switch
                    {
                        SparsityThreshold.Soft => z > level ? z - level : z < -level ? z + level : 0,
                        SparsityThreshold.Hard => z > level || z < -level ? z : 0,
                        _ => z,
                    };
                    var q = grid.Nearest(r, z);
                    Assert.Equal(q, codes[r, t]);
                    for (var s = 0; s < 50; s++)
                        u[s] += (w[r, t] * x[s, t]) - (q * grid.Scales[r] * noisy[s, t]);
                }
            }
        }
    }

    [Fact]
    public void Gpfq_GivesDeadColumnsTheCodeZero_AndSparsifies()
    {
        var random = new Random(4);
        var (x, noisy) = RandomLayers.Inputs(random, 50, 12);
        for (var s = 0; s < 50; s++)
            x[s, 5] = noisy[s, 5] = 0;
        var w = RandomLayers.Gaussian(random, 3, 12);
        var problem = RandomLayers.Problem(w, WeightGrids.MaxAbs(w, 4), x, noisy);
        var plain = new Gpfq().Round(problem);
        for (var r = 0; r < 3; r++)
            Assert.Equal(0, plain[r, 5]);
        var soft = new Gpfq(SparsityThreshold.Soft, 1.5).Round(problem);
        var hard = new Gpfq(SparsityThreshold.Hard, 1.5).Round(problem);
        Assert.True(soft.Elements.Count(q => q == 0) > plain.Elements.Count(q => q == 0));
        Assert.DoesNotContain(hard.Elements, q => Math.Abs(q) == 1);
    }

    [Fact]
    public void Gpfq_StochasticRoundingIsSeeded_AndStaysNextToTheValue()
    {
        var random = new Random(5);
        var (x, noisy) = RandomLayers.Inputs(random, 40, 8);
        var w = RandomLayers.Gaussian(random, 40, 8);
        var problem = RandomLayers.Problem(w, WeightGrids.MaxAbs(w, 4), x, noisy);
        var a = new Gpfq(StochasticSeed: 1).Round(problem);
        Assert.Equal(a.Elements, new Gpfq(StochasticSeed: 1).Round(problem).Elements);
        Assert.NotEqual(a.Elements, new Gpfq(StochasticSeed: 2).Round(problem).Elements);
        // The first column sees no accumulated error: z_0 = G_00 w_0 / H_00.
        for (var r = 0; r < w.Rows; r++)
        {
            var z = problem.Cross[0, 0] * w[r, 0] / problem.Gram[0, 0] / problem.Grid.Scales[r];
            Assert.InRange(a[r, 0], Math.Max(Math.Floor(z), -7), Math.Min(Math.Ceiling(z), 7));
        }
    }

    [Fact]
    public void Gpfq_StochasticRoundingIsUnbiased()
    {
        // One column of equal inputs: z = w, and the mean of many codes is z.
        var w = new Matrix(4000, 1, [.. Enumerable.Repeat(0.3, 4000)]);
        var one = new Matrix(1, 1, [1]);
        var codes = new Gpfq(StochasticSeed: 7).Round(new WeightProblem(w, new WeightGrid(4, [.. Enumerable.Repeat(1.0, 4000)]), one));
        Assert.All(codes.Elements, q => Assert.InRange(q, 0, 1));
        Assert.InRange(codes.Elements.Average(), 0.3 - 0.03, 0.3 + 0.03); // four standard deviations
    }

    [Fact]
    public void Optq_InTheOrderOfActivations_IsOptqOnSortedColumns()
    {
        var random = new Random(16);
        for (var trial = 0; trial < 10; trial++)
        {
            const int K = 8;
            var (x, noisy) = RandomLayers.Inputs(random, 50, K);
            var problem = RandomLayers.Problem(RandomLayers.Gaussian(random, 2, K), new WeightGrid(3, [0.5, 0.6]), x, noisy);
            var order = Enumerable.Range(0, K).OrderByDescending(k => problem.Gram[k, k]).ToArray();
            Matrix Sorted(Matrix m) => new(m.Rows, K, [.. Enumerable.Range(0, m.Rows).SelectMany(r => order.Select(k => m[r, k]))]);
            var sorted = new Optq(ActOrder: false).Round(new WeightProblem(Sorted(problem.Weights), problem.Grid, problem.Gram.Permuted(order), problem.Cross.Permuted(order)));
            var codes = new Optq(ActOrder: true).Round(problem);
            for (var r = 0; r < 2; r++)
            {
                for (var k = 0; k < K; k++)
                    Assert.Equal(sorted[r, k], codes[r, order[k]]);
            }
        }
    }

    [Fact]
    public void Optq_EqualsReoptimisingTheRemainingColumnsAfterEachRounding()
    {
        var random = new Random(6);
        for (var trial = 0; trial < 10; trial++)
        {
            const int K = 9;
            var (x, noisy) = RandomLayers.Inputs(random, 60, K);
            var w = RandomLayers.Gaussian(random, 2, K);
            var problem = RandomLayers.Problem(w, WeightGrids.MaxAbs(w, 3), x, noisy);
            var codes = new Optq(ActOrder: false).Round(problem);
            var (target, h, _) = problem.Regularized(0.01);
            for (var r = 0; r < 2; r++)
            {
                // OBQ view: with q_0..q_t fixed, the others become argmin (v - w*)' H (v - w*), solved from scratch.
                var v = target.Row(r).ToArray();
                for (var t = 0; t < K; t++)
                {
                    Assert.Equal(problem.Grid.Nearest(r, v[t]), codes[r, t]);
                    v[t] = problem.Grid.Scales[r] * codes[r, t];
                    SolveRest(h, target.Row(r), v, t + 1);
                }
            }
        }
    }

    [Fact]
    public void LeastSquaresMap_MinimisesTheOutputErrorOnTheData()
    {
        var random = new Random(7);
        var (x, noisy) = RandomLayers.Inputs(random, 80, 6, 0.5);
        var w = RandomLayers.Gaussian(random, 2, 6);
        var (target, _, _) = RandomLayers.Problem(w, WeightGrids.MaxAbs(w, 8), x, noisy).Regularized(1e-9);
        var best = RandomLayers.OutputError(w, target, x, noisy);
        Assert.True(best < RandomLayers.OutputError(w, w, x, noisy));
        for (var i = 0; i < target.Elements.Length; i++)
        {
            foreach (var step in new[] { 1e-3, -1e-3 })
            {
                var moved = target.Copy();
                moved.Elements[i] += step;
                Assert.True(RandomLayers.OutputError(w, moved, x, noisy) > best);
            }
        }
    }

    [Fact]
    public void Objective_EqualsTheErrorOnTheDataUpToAConstant()
    {
        var random = new Random(8);
        var (x, noisy) = RandomLayers.Inputs(random, 30, 5);
        var w = RandomLayers.Gaussian(random, 2, 5);
        var problem = RandomLayers.Problem(w, WeightGrids.MaxAbs(w, 4), x, noisy);
        var (a, b) = (new Rtn().Round(problem), new Gpfq().Round(problem));
        Assert.Equal(
            RandomLayers.OutputError(w, a.Dequantized(problem.Grid), x, noisy) - RandomLayers.OutputError(w, b.Dequantized(problem.Grid), x, noisy),
            problem.Objective(a) - problem.Objective(b), 6);
    }

    [Fact]
    public void Methods_ImproveInTheExpectedOrder()
    {
        var random = new Random(9);
        double rtn = 0, gpfq = 0, optq = 0, descent = 0, refit = 0;
        for (var trial = 0; trial < 10; trial++)
        {
            var (x, noisy) = RandomLayers.Inputs(random, 200, 24, 0.3);
            var w = RandomLayers.Gaussian(random, 8, 24);
            var problem = RandomLayers.Problem(w, WeightGrids.MaxAbs(w, 3), x, noisy);
            rtn += problem.Objective(new Rtn().Round(problem));
            gpfq += problem.Objective(new Gpfq().Round(problem));
            optq += problem.Objective(new Optq().Round(problem));
            descent += problem.Objective(new CoordinateDescent(new Optq()).Round(problem));
            var (codes, grid) = new CoordinateDescent(new Optq(), ScaleFits: 5).RoundWithScales(problem);
            refit += (problem with { Grid = grid }).Objective(codes);
        }
        Assert.True(gpfq < rtn && optq < gpfq && descent < optq && refit < descent, $"{rtn} {gpfq} {optq} {descent} {refit}");
    }

    [Fact]
    public void StartingFromManyScales_ComesCloseToTheBestCodesAndScaleOfAll()
    {
        const int K = 6;
        var random = new Random(12);
        double one = 0, many = 0, best = 0;
        for (var trial = 0; trial < 20; trial++)
        {
            var (x, noisy) = RandomLayers.Inputs(random, 40, K);
            var w = RandomLayers.Gaussian(random, 1, K);
            var problem = RandomLayers.Problem(w, WeightGrids.MaxAbs(w, 2), x, noisy);
            var single = Objective(new CoordinateDescent(new Optq(1e-9), 1e-9, ScaleFits: 8));
            var several = Objective(new CoordinateDescent(new Optq(1e-9), 1e-9, ScaleFits: 8, ScaleStarts: 20));
            Assert.True(several <= single + 1e-9);
            (one, many) = (one + single, many + several);

            // Of codes q the best scale is q'Gw / q'Hq, with the error -(q'Gw)^2 / q'Hq up to the common constant.
            best += Enumerable.Range(0, 729).Min(i =>
            {
                var q = Enumerable.Range(0, K).Select(k => (double)((i / (int)Math.Pow(3, k) % 3) - 1)).ToArray();
                double linear = 0, square = 0;
                for (var a = 0; a < K; a++)
                {
                    for (var b = 0; b < K; b++)
                        (linear, square) = (linear + (q[a] * problem.Cross[a, b] * w[0, b]), square + (q[a] * problem.Gram[a, b] * q[b]));
                }
                return square > 0 ? -linear * linear / square : 0;
            });

            double Objective(CoordinateDescent method)
            {
                var (codes, grid) = method.RoundWithScales(problem);
                return (problem with { Grid = grid }).Objective(codes);
            }
        }
        Assert.True(many < one && many < 0.97 * best, $"best {best}, {many} from many scales, {one} from one");
    }

    [Fact]
    public void CoordinateDescent_EndsWhereNoSingleCodeCanImprove_AndNearTheBruteForceOptimum()
    {
        var random = new Random(10);
        for (var trial = 0; trial < 10; trial++)
        {
            const int K = 6;
            var (x, noisy) = RandomLayers.Inputs(random, 40, K);
            var w = RandomLayers.Gaussian(random, 1, K);
            var problem = RandomLayers.Problem(w, WeightGrids.MaxAbs(w, 2), x, noisy);
            var codes = new CoordinateDescent(new Optq(1e-9), 1e-9).Round(problem);
            var found = problem.Objective(codes);
            for (var k = 0; k < K; k++)
            {
                for (var q = -1; q <= 1; q++)
                {
                    var other = new WeightCodes(1, K, (int[])codes.Elements.Clone());
                    other[0, k] = q;
                    Assert.True(problem.Objective(other) >= found - 1e-6);
                }
            }
            var best = Enumerable.Range(0, 729).Min(i => problem.Objective(new WeightCodes(1, K, [.. Enumerable.Range(0, K).Select(k => (i / (int)Math.Pow(3, k) % 3) - 1)])));
            Assert.True(found >= best - 1e-6);
        }
    }

    private static void SolveRest(Matrix h, ReadOnlySpan<double> target, double[] v, int first)
    {
        // Gauss-Seidel to convergence on the free coordinates: slow, independent of any factorisation.
        for (var sweep = 0; sweep < 20000; sweep++)
        {
            double change = 0;
            for (var i = first; i < v.Length; i++)
            {
                double g = 0;
                for (var j = 0; j < v.Length; j++)
                    g += h[i, j] * (v[j] - target[j]);
                v[i] -= g / h[i, i];
                change = Math.Max(change, Math.Abs(g / h[i, i]));
            }
            if (change < 1e-12)
                return;
        }
    }
}
