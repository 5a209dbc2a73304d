using Brim.Quantize.LinearAlgebra;

namespace Brim.Quantize.Weights;

/// <summary>Integer weights of one layer: one row an output channel, one column an input of the dot product.</summary>
public sealed class WeightCodes
{
    /// <summary>All zero.</summary>
    public WeightCodes(int rows, int columns)
        : this(rows, columns, new int[rows * columns])
    {
    }

    /// <summary>Codes over an existing row-major array, which is not copied.</summary>
    public WeightCodes(int rows, int columns, int[] elements)
    {
        ArgumentNullException.ThrowIfNull(elements);
        if (elements.Length != rows * columns)
            throw new ArgumentException($"{elements.Length} codes for {rows} x {columns}", nameof(elements));
        Rows = rows;
        Columns = columns;
        Elements = elements;
    }

    /// <summary>Output channels.</summary>
    public int Rows { get; }

    /// <summary>Length of the dot product.</summary>
    public int Columns { get; }

    /// <summary>All codes, row by row.</summary>
    public int[] Elements { get; }

    /// <summary>One code.</summary>
    public ref int this[int row, int column] => ref Elements[(row * Columns) + column];

    /// <summary>Codes of one output channel.</summary>
    public Span<int> Row(int row) => Elements.AsSpan(row * Columns, Columns);

    /// <summary>The real weights: each row times its scale.</summary>
    public Matrix Dequantized(WeightGrid grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        var result = new Matrix(Rows, Columns);
        for (var r = 0; r < Rows; r++)
        {
            for (var c = 0; c < Columns; c++)
                result[r, c] = grid.Scales[r] * this[r, c];
        }
        return result;
    }
}
