namespace Brim.Quantize.LinearAlgebra;

/// <summary>Cholesky factorisation A = L L' of a symmetric positive definite matrix, and what is computed from it.</summary>
public sealed class Cholesky
{
    private readonly Matrix _lower;

    private Cholesky(Matrix lower) => _lower = lower;

    /// <summary>The lower triangular factor L; the part above the diagonal is zero.</summary>
    public Matrix Lower => _lower;

    /// <summary>Factorises a matrix of which only the lower triangle is read.</summary>
    /// <returns>Null if the matrix is not positive definite to working precision.</returns>
    public static Cholesky? Factorise(Matrix a)
    {
        ArgumentNullException.ThrowIfNull(a);
        var n = a.Rows;
        var l = new Matrix(n, n);
        for (var i = 0; i < n; i++)
        {
            var row = l.Row(i);
            for (var j = 0; j < i; j++)
                row[j] = (a[i, j] - Matrix.Dot(row[..j], l.Row(j)[..j])) / l[j, j];
            var pivot = a[i, i] - Matrix.Dot(row[..i], row[..i]);
            if (!(pivot > 0))
                return null;
            row[i] = Math.Sqrt(pivot);
        }
        return new Cholesky(l);
    }

    /// <summary>Solves A x = b in place.</summary>
    public void Solve(Span<double> b)
    {
        var n = _lower.Rows;
        for (var i = 0; i < n; i++)
            b[i] = (b[i] - Matrix.Dot(_lower.Row(i)[..i], b[..i])) / _lower[i, i];
        // Backward substitution by columns of L' (rows of L), so that every access is contiguous.
        for (var i = n - 1; i >= 0; i--)
        {
            b[i] /= _lower[i, i];
            Matrix.AddScaled(b[..i], -b[i], _lower.Row(i)[..i]);
        }
    }

    /// <summary>The inverse of A.</summary>
    public Matrix Inverse()
    {
        var result = Matrix.Identity(_lower.Rows);
        for (var i = 0; i < result.Rows; i++)
            Solve(result.Row(i)); // A is symmetric: row i of the inverse is its column i
        return result;
    }
}
