using Brim.Quantize.LinearAlgebra;

namespace Brim.Quantize.Weights;

/// <summary>
/// Greedy path-following quantization (arXiv 2010.15979, 2201.11113). Each weight is chosen in turn so that the running error of the
/// layer's output stays small: u_0 = 0; z_t = &lt;x~_t, u + w_t x_t&gt; / ||x~_t||^2; q_t = Q(z_t); u += w_t x_t - q_t x~_t.
/// </summary>
/// <remarks>
/// In Gram form no vector of the size of the data is needed: z_t = (sum_{j&lt;=t} G_tj w_j - sum_{j&lt;t} H_tj q_j) / H_tt.
/// Columns without any input get the code 0.
/// </remarks>
/// <param name="Threshold">Sparse variants.</param>
/// <param name="ThresholdLevel">The threshold in units of the scale.</param>
/// <param name="StochasticSeed">Seed of stochastic rounding; null rounds to nearest.</param>
/// <param name="Constraint">Accumulator constraint (AXE).</param>
public sealed record Gpfq(
    SparsityThreshold Threshold = SparsityThreshold.None,
    double ThresholdLevel = 0.5,
    int? StochasticSeed = null,
    ICodeConstraint? Constraint = null) : IWeightRounder
{
    /// <inheritdoc/>
    public string Name => "gpfq";

    /// <inheritdoc/>
    public WeightCodes Round(WeightProblem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        var codes = new WeightCodes(problem.Weights.Rows, problem.Weights.Columns);
        for (var r = 0; r < codes.Rows; r++)
            RoundRow(problem, r, codes.Row(r));
        return codes;
    }

    private void RoundRow(WeightProblem problem, int row, Span<int> codes)
    {
        ReadOnlySpan<double> weights = problem.Weights.Row(row);
        var (grid, gram, cross) = (problem.Grid, problem.Gram, problem.Cross);
        var scale = grid.Scales[row];
        var scaled = new double[weights.Length];
        for (var k = 0; k < scaled.Length; k++)
            scaled[k] = weights[k] / scale;
        var rounding = new RowRounding(Constraint?.Begin(scaled, grid.Limit), scale, grid.Limit);
        // One generator a row keeps rows independent of each other's length and order.
        var random = StochasticSeed is { } seed ? new Random(unchecked((seed * 486187739) + row)) : null;
        var chosen = new double[weights.Length];
        for (var t = 0; t < weights.Length; t++)
        {
            var power = gram[t, t];
            if (!(power > 0))
                continue;
            var z = (Matrix.Dot(cross.Row(t)[..(t + 1)], weights[..(t + 1)]) - Matrix.Dot(gram.Row(t)[..t], chosen.AsSpan(0, t))) / power;
            codes[t] = rounding.Round(t, Sparsified(z, ThresholdLevel * scale), random);
            chosen[t] = codes[t] * scale;
        }
    }

    private double Sparsified(double z, double level) => Threshold switch
    {
        SparsityThreshold.Soft => Math.Sign(z) * Math.Max(Math.Abs(z) - level, 0),
        SparsityThreshold.Hard => Math.Abs(z) > level ? z : 0,
        _ => z,
    };
}
