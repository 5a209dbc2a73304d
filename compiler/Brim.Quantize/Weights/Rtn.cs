namespace Brim.Quantize.Weights;

/// <summary>Round to nearest: the baseline. Looks at no data.</summary>
/// <param name="Constraint">Accumulator constraint; columns are visited in order of magnitude, the largest first, as they deserve the budget most.</param>
public sealed record Rtn(ICodeConstraint? Constraint = null) : IWeightRounder
{
    /// <inheritdoc/>
    public string Name => "rtn";

    /// <inheritdoc/>
    public WeightCodes Round(WeightProblem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        var weights = problem.Weights;
        var codes = new WeightCodes(weights.Rows, weights.Columns);
        for (var r = 0; r < weights.Rows; r++)
        {
            var row = weights.Row(r).ToArray();
            var scale = problem.Grid.Scales[r];
            var rounding = new RowRounding(Constraint?.Begin([.. row.Select(w => w / scale)], problem.Grid.Limit), scale, problem.Grid.Limit);
            var order = Enumerable.Range(0, row.Length);
            foreach (var k in Constraint is null ? order : order.OrderByDescending(k => Math.Abs(row[k])))
                codes[r, k] = rounding.Round(k, row[k]);
        }
        return codes;
    }
}
