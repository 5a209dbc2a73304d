using Brim.Quantize.Accumulators;

namespace Brim.Quantize.Weights;

/// <summary>
/// Projects each output channel onto the l1 ball that an accumulator allows and rounds towards zero, which makes the bound a guarantee
/// (the post-training half of A2Q, arXiv 2308.13504, and of A2Q+, arXiv 2401.10432).
/// </summary>
/// <param name="AccumulatorBits">P.</param>
/// <param name="ActivationBits">N.</param>
/// <param name="SignedActivations">True for two's complement activations (A2Q only distinguishes them).</param>
/// <param name="ZeroCentred">A2Q+: subtract each channel's mean, which doubles the budget. Harmful for short channels (depthwise).</param>
public sealed record EuclideanProjection(int AccumulatorBits, int ActivationBits, bool SignedActivations = false, bool ZeroCentred = false) : IWeightRounder
{
    /// <inheritdoc/>
    public string Name => "ep";

    /// <inheritdoc/>
    public WeightCodes Round(WeightProblem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        var codes = new WeightCodes(problem.Weights.Rows, problem.Weights.Columns);
        var budget = ZeroCentred
            ? ((1L << AccumulatorBits) - 2) / (double)((1L << ActivationBits) - 1)
            : ((1L << (AccumulatorBits - 1)) - 1) * Math.ScaleB(1, (SignedActivations ? 1 : 0) - ActivationBits);
        for (var r = 0; r < codes.Rows; r++)
        {
            var v = problem.Weights.Row(r).ToArray();
            var radius = budget * problem.Grid.Scales[r];
            if (ZeroCentred)
                Centre(v);
            L1Ball.Project(v, radius);
            if (ZeroCentred)
            {
                // The threshold unbalances the signs; the proof needs equal positive and negative mass of at most half the radius each.
                Centre(v);
                var norm = v.Sum(Math.Abs);
                for (var k = 0; norm > radius && k < v.Length; k++)
                    v[k] *= radius / norm;
            }
            for (var k = 0; k < v.Length; k++)
                codes[r, k] = TowardsZero(v[k] / problem.Grid.Scales[r], problem.Grid.Limit);
        }
        return codes;
    }

    /// <summary>True if the codes keep to the budget the projection was made for.</summary>
    public bool Holds(ReadOnlySpan<int> codes)
    {
        if (ZeroCentred)
            return AccumulatorBounds.A2QPlusHolds(codes, AccumulatorBits, ActivationBits);
        var (positive, negative) = AccumulatorBounds.SignedSums(codes);
        return positive + negative <= AccumulatorBounds.A2QBudget(AccumulatorBits, ActivationBits, SignedActivations);
    }

    // A value that floating point put just below an integer belongs to it only if the true value does; truncation errs to the safe side.
    private static int TowardsZero(double value, int limit) => (int)Math.Clamp(Math.Truncate(value), -limit, limit);

    private static void Centre(double[] values)
    {
        var mean = values.Average();
        for (var k = 0; k < values.Length; k++)
            values[k] -= mean;
    }
}
