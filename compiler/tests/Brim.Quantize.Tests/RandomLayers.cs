using Brim.Quantize.LinearAlgebra;
using Brim.Quantize.Weights;

namespace Brim.Quantize.Tests;

/// <summary>Small random layers with explicit data, for oracles that work on the data and not on its moments.</summary>
internal static class RandomLayers
{
    public static Matrix Gaussian(Random random, int rows, int columns, double scale = 1)
    {
        var m = new Matrix(rows, columns);
        for (var i = 0; i < m.Elements.Length; i++)
            m.Elements[i] = scale * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return m;
    }

    /// <summary>Correlated float inputs (samples x K) and a noisy copy of them.</summary>
    public static (Matrix X, Matrix Noisy) Inputs(Random random, int samples, int k, double noise = 0.1)
    {
        var x = Gaussian(random, samples, k).Times(Gaussian(random, k, k));
        var noisy = x.Copy();
        var e = Gaussian(random, samples, k, noise);
        for (var i = 0; i < noisy.Elements.Length; i++)
            noisy.Elements[i] += e.Elements[i];
        return (x, noisy);
    }

    public static WeightProblem Problem(Matrix weights, WeightGrid grid, Matrix x, Matrix noisy) =>
        new(weights, grid, noisy.Transposed().Times(noisy), noisy.Transposed().Times(x));

    /// <summary>||W X' - Q X~'||^2, from the data.</summary>
    public static double OutputError(Matrix weights, Matrix quantized, Matrix x, Matrix noisy)
    {
        var a = weights.Times(x.Transposed());
        var b = quantized.Times(noisy.Transposed());
        double sum = 0;
        for (var i = 0; i < a.Elements.Length; i++)
            sum += (a.Elements[i] - b.Elements[i]) * (a.Elements[i] - b.Elements[i]);
        return sum;
    }
}
