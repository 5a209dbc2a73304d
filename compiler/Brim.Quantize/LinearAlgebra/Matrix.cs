using System.Numerics;
using System.Runtime.InteropServices;

namespace Brim.Quantize.LinearAlgebra;

/// <summary>A dense row-major matrix of doubles. Gram matrices are kept in double because float32 sums destroy error-compensating rounding.</summary>
public sealed class Matrix
{
    /// <summary>A matrix of zeros.</summary>
    public Matrix(int rows, int columns)
        : this(rows, columns, new double[(long)rows * columns])
    {
    }

    /// <summary>A matrix over an existing row-major array, which is not copied.</summary>
    public Matrix(int rows, int columns, double[] elements)
    {
        ArgumentNullException.ThrowIfNull(elements);
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        if (elements.LongLength != (long)rows * columns)
            throw new ArgumentException($"{elements.LongLength} elements for {rows} x {columns}", nameof(elements));
        Rows = rows;
        Columns = columns;
        Elements = elements;
    }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Number of columns.</summary>
    public int Columns { get; }

    /// <summary>All elements, row by row.</summary>
    public double[] Elements { get; }

    /// <summary>One element.</summary>
    public ref double this[int row, int column] => ref Elements[((long)row * Columns) + column];

    /// <summary>One row.</summary>
    public Span<double> Row(int row) => Elements.AsSpan(row * Columns, Columns);

    /// <summary>A copy that shares nothing.</summary>
    public Matrix Copy() => new(Rows, Columns, (double[])Elements.Clone());

    /// <summary>The identity.</summary>
    public static Matrix Identity(int size)
    {
        var result = new Matrix(size, size);
        for (var i = 0; i < size; i++)
            result[i, i] = 1;
        return result;
    }

    /// <summary>The transpose.</summary>
    public Matrix Transposed()
    {
        var result = new Matrix(Columns, Rows);
        for (var i = 0; i < Rows; i++)
        {
            for (var j = 0; j < Columns; j++)
                result[j, i] = this[i, j];
        }
        return result;
    }

    /// <summary>This matrix times another one.</summary>
    public Matrix Times(Matrix right)
    {
        ArgumentNullException.ThrowIfNull(right);
        if (Columns != right.Rows)
            throw new ArgumentException($"{Rows} x {Columns} times {right.Rows} x {right.Columns}", nameof(right));
        var result = new Matrix(Rows, right.Columns);
        for (var i = 0; i < Rows; i++)
        {
            for (var k = 0; k < Columns; k++)
                AddScaled(result.Row(i), this[i, k], right.Row(k));
        }
        return result;
    }

    /// <summary>Rows and columns of a square matrix in a new order: result[i, j] = this[order[i], order[j]].</summary>
    public Matrix Permuted(ReadOnlySpan<int> order)
    {
        var result = new Matrix(Rows, Columns);
        for (var i = 0; i < Rows; i++)
        {
            for (var j = 0; j < Columns; j++)
                result[i, j] = this[order[i], order[j]];
        }
        return result;
    }

    /// <summary>Inner product.</summary>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var va = MemoryMarshal.Cast<double, Vector<double>>(a);
        var vb = MemoryMarshal.Cast<double, Vector<double>>(b);
        var sums = Vector<double>.Zero;
        for (var i = 0; i < va.Length; i++)
            sums += va[i] * vb[i];
        var sum = Vector.Sum(sums);
        for (var i = va.Length * Vector<double>.Count; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    /// <summary>target += factor * source.</summary>
    public static void AddScaled(Span<double> target, double factor, ReadOnlySpan<double> source)
    {
        if (factor == 0)
            return;
        var vt = MemoryMarshal.Cast<double, Vector<double>>(target);
        var vs = MemoryMarshal.Cast<double, Vector<double>>(source);
        var f = new Vector<double>(factor);
        for (var i = 0; i < vt.Length; i++)
            vt[i] += f * vs[i];
        for (var i = vt.Length * Vector<double>.Count; i < target.Length; i++)
            target[i] += factor * source[i];
    }
}
