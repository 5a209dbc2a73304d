using Brim.Quantize.LinearAlgebra;

namespace Brim.Quantize.Weights;

/// <summary>
/// One layer to be rounded: find codes Q with scale * Q X~ close to W X, where X are the inputs of the float network and X~ those of the
/// network whose earlier layers are already quantized. Only the second moments of the inputs enter.
/// </summary>
/// <param name="Weights">W: output channels x K.</param>
/// <param name="Grid">The allowed values.</param>
/// <param name="Gram">H = sum x~ x~', K x K.</param>
/// <param name="Cross">G = sum x~ x', K x K: rows belong to the quantized inputs, columns to the float ones. Equal to H where nothing before was quantized.</param>
public sealed record WeightProblem(Matrix Weights, WeightGrid Grid, Matrix Gram, Matrix Cross)
{
    /// <summary>A problem whose inputs are not quantized.</summary>
    public WeightProblem(Matrix weights, WeightGrid grid, Matrix gram)
        : this(weights, grid, gram, gram)
    {
    }

    /// <summary>
    /// The squared output error ||W X - S Q X~||^2 of codes, up to the constant sum of (W X)^2: for each row q'Hq - 2 q'Gw.
    /// </summary>
    public double Objective(WeightCodes codes)
    {
        ArgumentNullException.ThrowIfNull(codes);
        double total = 0;
        var q = codes.Dequantized(Grid);
        for (var r = 0; r < codes.Rows; r++)
        {
            for (var i = 0; i < codes.Columns; i++)
            {
                var qi = q[r, i];
                if (qi != 0)
                    total += qi * (Matrix.Dot(Gram.Row(i), q.Row(r)) - (2 * Matrix.Dot(Cross.Row(i), Weights.Row(r))));
            }
        }
        return total;
    }

    /// <summary>
    /// The real weights that serve the quantized inputs best, W* = W G' H^-1 (least squares), and the damped Gram matrix
    /// H + damping * mean(diag H) * I they were computed with. Columns that never see an input keep a unit diagonal and the weight 0.
    /// </summary>
    /// <param name="damping">Fraction of the mean diagonal added to the diagonal; raised tenfold while the matrix is not positive definite.</param>
    /// <param name="map">False keeps W itself.</param>
    public (Matrix Target, Matrix Damped, Cholesky Factor) Regularized(double damping, bool map = true)
    {
        var n = Gram.Rows;
        double trace = 0;
        for (var i = 0; i < n; i++)
            trace += Gram[i, i];
        for (var factor = damping; ; factor = Math.Max(factor, 1e-12) * 10)
        {
            var damped = Gram.Copy();
            for (var i = 0; i < n; i++)
                damped[i, i] = Gram[i, i] > 0 ? Gram[i, i] + (factor * trace / n) : 1;
            if (Cholesky.Factorise(damped) is { } cholesky)
                return (map ? Mapped(damped, cholesky) : Masked(), damped, cholesky);
            if (factor > 1e3)
                throw new ArithmeticException("the Gram matrix is not positive semidefinite");
        }
    }

    private Matrix Mapped(Matrix damped, Cholesky cholesky)
    {
        // The damping pulls towards W, not towards 0: solve (H + D) w* = (G + D) w.
        var target = new Matrix(Weights.Rows, Weights.Columns);
        for (var r = 0; r < Weights.Rows; r++)
        {
            var row = target.Row(r);
            var w = Weights.Row(r);
            for (var i = 0; i < row.Length; i++)
                row[i] = Gram[i, i] > 0 ? Matrix.Dot(Cross.Row(i), w) + ((damped[i, i] - Gram[i, i]) * w[i]) : 0;
            cholesky.Solve(row);
        }
        return target;
    }

    private Matrix Masked()
    {
        var target = Weights.Copy();
        for (var i = 0; i < Gram.Rows; i++)
        {
            for (var r = 0; Gram[i, i] <= 0 && r < target.Rows; r++)
                target[r, i] = 0;
        }
        return target;
    }
}
