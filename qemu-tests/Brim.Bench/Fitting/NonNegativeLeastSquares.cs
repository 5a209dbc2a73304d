using Brim.Quantize.LinearAlgebra;

namespace Brim.Bench.Fitting;

/// <summary>min |A x - b| over x >= 0, by the active-set method of Lawson and Hanson, "Solving Least Squares Problems" (1974), chapter 23.</summary>
internal static class NonNegativeLeastSquares
{
    // Columns that depend on each other are common (a level that always runs twice as often as another): a trace of damping picks one solution.
    private const double Damping = 1e-9;
    private const double Tolerance = 1e-9;

    /// <summary>Solves; columns are scaled to unit length inside.</summary>
    public static double[] Solve(Matrix a, double[] b)
    {
        var n = a.Columns;
        var lengths = new double[n];
        for (var j = 0; j < n; j++)
            lengths[j] = Math.Max(Math.Sqrt(Enumerable.Range(0, a.Rows).Sum(i => a[i, j] * a[i, j])), double.Epsilon);
        var gram = new Matrix(n, n);
        var target = new double[n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
                gram[i, j] = Enumerable.Range(0, a.Rows).Sum(r => a[r, i] * a[r, j]) / (lengths[i] * lengths[j]);
            gram[i, i] += Damping;
            target[i] = Enumerable.Range(0, a.Rows).Sum(r => a[r, i] * b[r]) / lengths[i];
        }
        var x = SolveNormal(gram, target);
        for (var j = 0; j < n; j++)
            x[j] /= lengths[j];
        return x;
    }

    private static double[] SolveNormal(Matrix gram, double[] target)
    {
        var n = target.Length;
        var x = new double[n];
        var free = new bool[n];
        var scale = Math.Max(1, target.Max(Math.Abs));
        // Every round frees one variable; the limit only guards against cycling by rounding.
        for (var round = 0; round < 10 * n; round++)
        {
            var next = -1;
            var steepest = Tolerance * scale;
            for (var j = 0; j < n; j++)
            {
                var slope = target[j] - Matrix.Dot(gram.Row(j), x);
                if (!free[j] && slope > steepest)
                    (next, steepest) = (j, slope);
            }
            if (next < 0)
                break;
            free[next] = true;
            Refine(gram, target, free, x);
        }
        return x;
    }

    /// <summary>Solves for the free variables; while some would become negative, walks towards the solution until the first is 0 and holds it there.</summary>
    private static void Refine(Matrix gram, double[] target, bool[] free, double[] x)
    {
        while (true)
        {
            var z = SolveFree(gram, target, free);
            var step = 1.0;
            for (var j = 0; j < x.Length; j++)
            {
                if (free[j] && z[j] <= 0)
                    step = Math.Min(step, x[j] / Math.Max(x[j] - z[j], double.Epsilon));
            }
            var blocked = false;
            for (var j = 0; j < x.Length; j++)
            {
                if (!free[j])
                    continue;
                var negative = z[j] <= 0;
                x[j] += step * (z[j] - x[j]);
                if (negative && x[j] <= Tolerance)
                {
                    (x[j], free[j], blocked) = (0, false, true);
                }
            }
            if (!blocked)
                return;
        }
    }

    private static double[] SolveFree(Matrix gram, double[] target, bool[] free)
    {
        int[] index = [.. Enumerable.Range(0, free.Length).Where(j => free[j])];
        var part = new Matrix(index.Length, index.Length);
        double[] right = [.. index.Select(j => target[j])];
        for (var i = 0; i < index.Length; i++)
        {
            for (var j = 0; j < index.Length; j++)
                part[i, j] = gram[index[i], index[j]];
        }
        var factor = Cholesky.Factorise(part) ?? throw new InvalidOperationException("the damped normal equations are positive definite");
        factor.Solve(right);
        var z = new double[free.Length];
        for (var i = 0; i < index.Length; i++)
            z[index[i]] = right[i];
        return z;
    }
}
