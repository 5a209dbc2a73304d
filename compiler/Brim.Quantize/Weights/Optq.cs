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
    ICodeConstraint? Constraint = null) : IGridRounder
{
    /// <inheritdoc/>
    public string Name => "optq";

    /// <inheritdoc/>
    public WeightCodes Round(WeightProblem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return Prepare(problem)(problem.Grid);
    }

    /// <inheritdoc/>
    public Func<WeightGrid, WeightCodes> Prepare(WeightProblem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        var (target, damped, factor) = problem.Regularized(Damping, MapToQuantizedInputs);
        var order = Enumerable.Range(0, damped.Rows).ToArray();
        if (ActOrder)
            order = [.. order.OrderByDescending(k => damped[k, k]).ThenBy(k => k)];
        var inverse = (ActOrder ? Cholesky.Factorise(damped.Permuted(order)) ?? factor : factor).Inverse();
        var spread = UpperFactor(inverse);
        return grid =>
        {
            var codes = new WeightCodes(target.Rows, order.Length);
            Parallel.For(0, target.Rows, r => RoundRow(target.Row(r), grid.Scales[r], grid.Limit, order, spread, codes.Row(r)));
            return codes;
        };
    }

    private void RoundRow(ReadOnlySpan<double> target, double scale, int limit, int[] order, Matrix spread, Span<int> codes)
    {
        IRowConstraint? constraint = null;
        if (Constraint is not null)
        {
            var scaled = target.ToArray();
            for (var k = 0; k < scaled.Length; k++)
                scaled[k] /= scale;
            constraint = Constraint.Begin(scaled, limit);
        }
        var rounding = new RowRounding(constraint, scale, limit);
        var work = new double[order.Length];
        for (var i = 0; i < work.Length; i++)
            work[i] = target[order[i]];
        for (var i = 0; i < work.Length; i++)
        {
            var code = codes[order[i]] = rounding.Round(order[i], work[i]);
            var error = (work[i] - (code * scale)) / spread[i, i];
            Matrix.AddScaled(work.AsSpan(i + 1), -error, spread.Row(i)[(i + 1)..]);
        }
    }

    /// <summary>The upper triangular U with A = U' U.</summary>
    private static Matrix UpperFactor(Matrix a)
    {
        var lower = Cholesky.Factorise(a) ?? throw new ArithmeticException("the inverse of a positive definite matrix lost its definiteness");
        return lower.Lower.Transposed();
    }
}
