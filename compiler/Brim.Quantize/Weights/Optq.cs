using Brim.Quantize.LinearAlgebra;

namespace Brim.Quantize.Weights;

/// <summary>
/// OPTQ / GPTQ (arXiv 2210.17323): weights are rounded column by column and each rounding error is spread over the columns still to come
/// by the Cholesky factor of the inverse Hessian, after the weights were replaced by their least-squares map onto the quantized inputs.
/// </summary>
/// <param name="Damping">Fraction of the mean Hessian diagonal added to the diagonal.</param>
/// <param name="ActOrder">Columns with the strongest inputs first, instead of in order.</param>
/// <param name="MapToQuantizedInputs">Round W* = W G' H^-1 instead of W.</param>
/// <param name="Constraint">Accumulator constraint (AXE).</param>
public sealed record Optq(
    double Damping = 0.01,
    bool ActOrder = true,
    bool MapToQuantizedInputs = true,
    ICodeConstraint? Constraint = null) : IWeightRounder
{
    /// <inheritdoc/>
    public string Name => "optq";

    /// <inheritdoc/>
    public WeightCodes Round(WeightProblem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        var (target, damped, factor) = problem.Regularized(Damping, MapToQuantizedInputs);
        var n = damped.Rows;
        var order = Enumerable.Range(0, n).ToArray();
        if (ActOrder)
            order = [.. order.OrderByDescending(k => damped[k, k]).ThenBy(k => k)];
        var inverse = (ActOrder ? Cholesky.Factorise(damped.Permuted(order)) ?? factor : factor).Inverse();
        var spread = UpperFactor(inverse);

        var codes = new WeightCodes(target.Rows, n);
        var work = new double[n];
        for (var r = 0; r < target.Rows; r++)
        {
            var scale = problem.Grid.Scales[r];
            var constraint = Constraint?.Begin([.. target.Row(r).ToArray().Select(w => w / scale)], problem.Grid.Limit);
            var rounding = new RowRounding(constraint, scale, problem.Grid.Limit);
            for (var i = 0; i < n; i++)
                work[i] = target[r, order[i]];
            for (var i = 0; i < n; i++)
            {
                var code = rounding.Round(order[i], work[i]);
                codes[r, order[i]] = code;
                var error = (work[i] - (code * scale)) / spread[i, i];
                Matrix.AddScaled(work.AsSpan(i + 1), -error, spread.Row(i)[(i + 1)..]);
            }
        }
        return codes;
    }

    /// <summary>The upper triangular U with A = U' U.</summary>
    private static Matrix UpperFactor(Matrix a)
    {
        var lower = Cholesky.Factorise(a) ?? throw new ArithmeticException("the inverse of a positive definite matrix lost its definiteness");
        return lower.Lower.Transposed();
    }
}
