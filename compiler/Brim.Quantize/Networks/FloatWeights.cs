using Brim.Core.IR;
using Brim.Quantize.Evaluation;
using Brim.Quantize.LinearAlgebra;

namespace Brim.Quantize.Networks;

/// <summary>Weights of a layer as a matrix: one row an output channel. Depthwise weights are stored tap by tap and are transposed.</summary>
internal static class FloatWeights
{
    /// <summary>Position of an element of the matrix in the tensor.</summary>
    public static int Position(LinearLayer layer, int row, int column, int columns) => layer.IsDepthwise ? (column * layer.Outputs) + row : (row * columns) + column;

    /// <summary>Columns of the matrix.</summary>
    public static int Columns(LinearLayer layer) => layer.KernelHeight * layer.KernelWidth * (layer.IsDepthwise ? 1 : layer.Input[3] / layer.Groups);

    /// <summary>The matrix of a float tensor.</summary>
    public static Matrix ToMatrix(LinearLayer layer, ReadOnlySpan<float> tensor)
    {
        var matrix = new Matrix(layer.Outputs, Columns(layer));
        for (var r = 0; r < matrix.Rows; r++)
        {
            for (var c = 0; c < matrix.Columns; c++)
                matrix[r, c] = tensor[Position(layer, r, c, matrix.Columns)];
        }
        return matrix;
    }

    /// <summary>The float tensor of a matrix.</summary>
    public static float[] FromMatrix(LinearLayer layer, Matrix matrix)
    {
        var tensor = new float[matrix.Elements.Length];
        for (var r = 0; r < matrix.Rows; r++)
        {
            for (var c = 0; c < matrix.Columns; c++)
                tensor[Position(layer, r, c, matrix.Columns)] = (float)matrix[r, c];
        }
        return tensor;
    }

    /// <summary>A layer's bias; zeros if it has none.</summary>
    public static double[] Bias(Graph graph, LinearLayer layer) =>
        layer.Bias == Value.None ? new double[layer.Outputs] : [.. graph[layer.Bias].Constant!.Floats.Select(b => (double)b)];
}
