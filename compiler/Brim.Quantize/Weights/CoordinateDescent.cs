using System.Collections.Immutable;
using Brim.Quantize.LinearAlgebra;

namespace Brim.Quantize.Weights;

/// <summary>
/// Improves codes found by another method: repeatedly sets one code at a time to the best value given all others, and each row's scale
/// to its least-squares optimum, until nothing changes. The output error never grows.
/// </summary>
/// <param name="Start">Method that gives the first codes.</param>
/// <param name="Damping">Fraction of the mean Hessian diagonal added to the diagonal, as in <see cref="Optq"/>.</param>
/// <param name="Sweeps">Most sweeps over the columns between two fits of the scale.</param>
/// <param name="ScaleFits">How often scales are fitted; 0 keeps the grid.</param>
/// <param name="ScaleStarts">From how many scales to start, the grid's own and others from 0.8 to 1.15 of it; each row keeps the best. 1 for the grid's own alone.</param>
/// <param name="Constraint">Accumulator constraint (AXE) that the first codes keep; no step leaves it, because a code only moves within what the others leave it.</param>
public sealed record CoordinateDescent(IWeightRounder Start, double Damping = 0.01, int Sweeps = 20, int ScaleFits = 0, int ScaleStarts = 1, ICodeConstraint? Constraint = null) : IWeightRounder
{
    private const double LeastScale = 0.8;
    private const double MostScale = 1.15;

    /// <inheritdoc/>
    public string Name => Start.Name + "+cd";

    /// <inheritdoc/>
    public WeightCodes Round(WeightProblem problem) => (this with { ScaleFits = 0, ScaleStarts = 1 }).RoundWithScales(problem).Codes;

    /// <summary>Chooses codes and, if scales are fitted or searched, the grid they belong to.</summary>
    public (WeightCodes Codes, WeightGrid Grid) RoundWithScales(WeightProblem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        var (target, damped, _) = problem.Regularized(Damping);
        var start = Start is IGridRounder prepared ? prepared.Prepare(problem) : grid => Start.Round(problem with { Grid = grid });
        var best = new WeightCodes(target.Rows, target.Columns);
        var scales = problem.Grid.Scales.ToArray();
        var errors = new double[target.Rows];
        Array.Fill(errors, double.PositiveInfinity);
        for (var i = 0; i < Math.Max(ScaleStarts, 1); i++)
        {
            // The given grid first; it wins where others are no better.
            var factor = i == 0 ? 1 : LeastScale + ((MostScale - LeastScale) * (i - 1) / Math.Max(ScaleStarts - 2, 1));
            var grid = problem.Grid.WithScales([.. problem.Grid.Scales.Select(s => s * factor)]);
            var codes = start(grid);
            Parallel.For(0, codes.Rows, r =>
            {
                var scale = grid.Scales[r];
                var error = Descend(codes.Row(r), target.Row(r), damped, ref scale, grid.Limit);
                if (error < errors[r])
                {
                    (errors[r], scales[r]) = (error, scale);
                    codes.Row(r).CopyTo(best.Row(r));
                }
            });
        }
        return (best, problem.Grid.WithScales([.. scales]));
    }

    /// <summary>Improves a row; returns its squared error.</summary>
    private double Descend(Span<int> q, ReadOnlySpan<double> target, Matrix gram, ref double scale, int limit)
    {
        var gradient = new double[q.Length];
        var constraint = Begin(q, target, scale, limit);
        for (var fit = 0; ; fit++)
        {
            // gradient = H (s q - w*), half the derivative of the squared error.
            Array.Clear(gradient);
            for (var k = 0; k < q.Length; k++)
                Matrix.AddScaled(gradient, (scale * q[k]) - target[k], gram.Row(k));
            var changed = Sweep(q, gradient, gram, scale, limit, constraint);
            if (fit >= ScaleFits || (fit > 0 && !changed))
                break;
            if (FittedScale(q, target, gram) is { } better && better > 0)
                scale = better;
        }
        double error = 0;
        for (var k = 0; k < q.Length; k++)
            error += ((scale * q[k]) - target[k]) * gradient[k];
        return error;
    }

    private IRowConstraint? Begin(ReadOnlySpan<int> q, ReadOnlySpan<double> target, double scale, int limit)
    {
        if (Constraint is null)
            return null;
        var scaled = target.ToArray();
        for (var k = 0; k < scaled.Length; k++)
            scaled[k] /= scale;
        var row = Constraint.Begin(scaled, limit);
        for (var k = 0; k < q.Length; k++)
            row.Commit(k, q[k]);
        return row;
    }

    private bool Sweep(Span<int> q, double[] gradient, Matrix gram, double scale, int limit, IRowConstraint? constraint)
    {
        var any = false;
        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            var changed = false;
            for (var k = 0; k < q.Length; k++)
            {
                var code = (int)Math.Clamp(Math.Round(q[k] - (gradient[k] / (scale * gram[k, k]))), -limit, limit);
                if (constraint is not null)
                {
                    constraint.Release(k, q[k]);
                    var (low, high) = constraint.Allowed(k);
                    code = Math.Clamp(code, low, high);
                    constraint.Commit(k, code);
                }
                if (code == q[k])
                    continue;
                Matrix.AddScaled(gradient, scale * (code - q[k]), gram.Row(k));
                q[k] = code;
                changed = any = true;
            }
            if (!changed)
                break;
        }
        return any;
    }

    private static double? FittedScale(ReadOnlySpan<int> q, ReadOnlySpan<double> target, Matrix gram)
    {
        double numerator = 0, denominator = 0;
        var real = new double[q.Length];
        for (var k = 0; k < q.Length; k++)
            real[k] = q[k];
        for (var k = 0; k < q.Length; k++)
        {
            if (q[k] == 0)
                continue;
            numerator += q[k] * Matrix.Dot(gram.Row(k), target);
            denominator += q[k] * Matrix.Dot(gram.Row(k), real);
        }
        return denominator > 0 ? numerator / denominator : null;
    }
}
