using System.Collections.Immutable;
using Brim.Quantize.LinearAlgebra;
using Brim.Quantize.PowerOfTwo;

namespace Brim.Quantize.Weights;

/// <summary>Ways to choose the scales of a weight grid. A row of zeros gets the scale 1.</summary>
public static class WeightGrids
{
    /// <summary>The grid of a rule.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="weights">Real weights, one row an output channel.</param>
    /// <param name="bits">Weight width.</param>
    /// <param name="importance">For <see cref="WeightScaleRule.MeanSquare"/>: one weight a column.</param>
    /// <param name="perTensor">One scale for all rows.</param>
    public static WeightGrid Choose(WeightScaleRule rule, Matrix weights, int bits, ReadOnlySpan<double> importance = default, bool perTensor = false) => rule switch
    {
        WeightScaleRule.MaxAbs => MaxAbs(weights, bits, perTensor),
        WeightScaleRule.Gpfq => GpfqAlphabet(weights, bits),
        WeightScaleRule.FullRange => FullRange(weights, bits, perTensor),
        WeightScaleRule.PowerOfTwo => FixedPoint(weights, bits),
        _ => MeanSquare(weights, bits, importance, perTensor),
    };

    /// <summary>The largest magnitude of each row (or of the whole matrix) becomes the largest code.</summary>
    public static WeightGrid MaxAbs(Matrix weights, int bits, bool perTensor = false)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var limit = Limit(bits);
        return perTensor
            ? Uniform(weights.Rows, bits, ScaleFor(MaxMagnitude(weights.Elements), limit))
            : new(bits, [.. Enumerable.Range(0, weights.Rows).Select(r => ScaleFor(MaxMagnitude(weights.Row(r)), limit))]);
    }

    /// <summary>
    /// The scales with the smallest weighted squared rounding error, by a search over clipping fractions of the largest magnitude.
    /// </summary>
    /// <param name="weights">Real weights.</param>
    /// <param name="bits">Weight width.</param>
    /// <param name="importance">One weight a column, e.g. the mean square of its input; null for equal weights.</param>
    /// <param name="perTensor">One scale for all rows.</param>
    /// <param name="steps">Number of clipping fractions tried, from 1 down to 0.2.</param>
    public static WeightGrid MeanSquare(Matrix weights, int bits, ReadOnlySpan<double> importance = default, bool perTensor = false, int steps = 100)
    {
        ArgumentNullException.ThrowIfNull(weights);
        if (importance.Length != 0 && importance.Length != weights.Columns)
            throw new ArgumentException($"{importance.Length} importances for {weights.Columns} columns", nameof(importance));
        var limit = Limit(bits);
        if (perTensor)
            return Uniform(weights.Rows, bits, BestScale(weights, 0, weights.Rows, importance, limit, steps));
        var scales = new double[weights.Rows];
        for (var r = 0; r < weights.Rows; r++)
            scales[r] = BestScale(weights, r, 1, importance, limit, steps);
        return new(bits, [.. scales]);
    }

    /// <summary>The range from -max|w| to max|w| of each row in 2^M - 1 steps (SPARQ, arXiv 2105.11010).</summary>
    public static WeightGrid FullRange(Matrix weights, int bits, bool perTensor = false)
    {
        var grid = MaxAbs(weights, bits, perTensor);
        // max / (2^(M-1) - 1) becomes 2 max / (2^M - 1); rows of zeros keep their 1.
        var ratio = grid.Limit / (grid.Limit + 0.5);
        return grid.WithScales([.. grid.Scales.Select((s, r) => MaxMagnitude(perTensor ? weights.Elements : weights.Row(r)) > 0 ? s * ratio : s)]);
    }

    /// <summary>One fixed-point format for all rows: IL = ceil(log2 max|w|) + 1, scale 2^(IL - M) (de Bruin et al. 2020).</summary>
    public static WeightGrid FixedPoint(Matrix weights, int bits)
    {
        ArgumentNullException.ThrowIfNull(weights);
        _ = Limit(bits);
        return Uniform(weights.Rows, bits, FixedPointFormat.For(MaxMagnitude(weights.Elements), bits, true).Scale);
    }

    /// <summary>The alphabet of GPFQ (arXiv 2201.11113): step C R / 2^(M-1) for the whole layer, R the mean over rows of a quantile of |w|.</summary>
    /// <remarks>The published alphabet has 2^M + 1 levels; this grid keeps the 2^M - 1 that fit M bits.</remarks>
    public static WeightGrid GpfqAlphabet(Matrix weights, int bits, double constant = 1.16, double quantile = 1)
    {
        ArgumentNullException.ThrowIfNull(weights);
        double sum = 0;
        for (var r = 0; r < weights.Rows; r++)
        {
            var magnitudes = weights.Row(r).ToArray().Select(Math.Abs).Order().ToArray();
            sum += magnitudes[(int)Math.Round(quantile * (magnitudes.Length - 1))];
        }
        var step = constant * sum / weights.Rows / (1 << (bits - 1));
        return Uniform(weights.Rows, bits, step > 0 ? step : 1);
    }

    private static double BestScale(Matrix weights, int firstRow, int rows, ReadOnlySpan<double> importance, int limit, int steps)
    {
        var values = weights.Elements.AsSpan(firstRow * weights.Columns, rows * weights.Columns);
        var full = MaxMagnitude(values);
        if (full == 0)
            return 1;
        double best = double.PositiveInfinity, bestScale = full / limit;
        for (var i = 0; i < steps; i++)
        {
            var scale = full * (1 - (0.8 * i / steps)) / limit;
            double error = 0;
            for (int k = 0, column = 0; k < values.Length; k++)
            {
                var difference = values[k] - (scale * Math.Clamp(Math.Round(values[k] / scale), -limit, limit));
                error += difference * difference * (importance.Length == 0 ? 1 : importance[column]);
                column = column + 1 == weights.Columns ? 0 : column + 1;
            }
            if (error < best)
                (best, bestScale) = (error, scale);
        }
        return bestScale;
    }

    private static WeightGrid Uniform(int rows, int bits, double scale) => new(bits, [.. Enumerable.Repeat(scale, rows)]);

    private static double ScaleFor(double magnitude, int limit) => magnitude > 0 ? magnitude / limit : 1;

    private static double MaxMagnitude(ReadOnlySpan<double> values)
    {
        double max = 0;
        foreach (var v in values)
            max = Math.Max(max, Math.Abs(v));
        return max;
    }

    private static int Limit(int bits) => bits is >= 2 and <= 8
        ? (1 << (bits - 1)) - 1
        : throw new ArgumentOutOfRangeException(nameof(bits), bits, "weight widths are 2..8");
}
