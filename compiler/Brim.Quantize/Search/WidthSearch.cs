using System.Collections.Immutable;
using Brim.Quantize.Networks;

namespace Brim.Quantize.Search;

/// <summary>
/// Chooses the widths of all layers together: the assignment with the smallest predicted error that keeps a budget, exactly, from
/// sensitivities that were measured once (<see cref="WidthSensitivities"/>).
/// </summary>
public sealed class WidthSearch
{
    private readonly ImmutableArray<SearchUnit> _units;
    private readonly ChoiceProblem<ImmutableArray<LayerCandidate>> _problem;
    private readonly TwoBudgetProblem<ImmutableArray<LayerCandidate>>? _both;
    private readonly double _otherBudget;

    /// <summary>Prepares a search.</summary>
    /// <param name="units">Measured sensitivities.</param>
    /// <param name="cost">What is budgeted.</param>
    /// <param name="other">What is budgeted beside it; null for nothing.</param>
    /// <param name="otherBudget">The budget for it, which every assignment keeps.</param>
    public WidthSearch(ImmutableArray<SearchUnit> units, ILayerCost cost, ILayerCost? other = null, double otherBudget = double.PositiveInfinity)
    {
        _units = units;
        _problem = new(units.Select(u => u.Choices(cost)));
        _otherBudget = otherBudget;
        if (other is null)
            return;
        LeastOther = new ChoiceProblem<ImmutableArray<LayerCandidate>>(units.Select(u => u.Choices(other))).LeastCost;
        _both = new(units.Select(u => u.Choices(cost, other)));
    }

    /// <summary>Other cost of the assignment that is cheapest in it; 0 where there is none.</summary>
    public double LeastOther { get; }

    /// <summary>Cost of the cheapest assignment.</summary>
    public double LeastCost => _problem.LeastCost;

    /// <summary>Cost of the assignment with the smallest error.</summary>
    public double MostCost => _problem.MostCost;

    /// <summary>The best assignment within a budget; null if there is none.</summary>
    public SearchPoint? Best(double budget)
    {
        // More than all can use is no limit.
        var limit = Math.Min(budget, Math.Max(MostCost, 1));
        var solved = _both is null || double.IsPositiveInfinity(_otherBudget) ? _problem.Solve(budget) : _both.Solve(limit, _otherBudget);
        return solved is { } choices ? Point(choices) : null;
    }

    /// <summary>Best assignments for budgets in equal ratios between the extremes, each once, cheapest first.</summary>
    /// <param name="count">Number of budgets, at least 2.</param>
    public ImmutableArray<SearchPoint> Front(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);
        var (least, most) = (Math.Max(LeastCost, 1e-9), MostCost);
        var points = ImmutableArray.CreateBuilder<SearchPoint>();
        for (var i = 0; i < count; i++)
        {
            // The ends are taken as they are: a power of a ratio only comes close to them.
            var budget = i == 0 ? LeastCost : i == count - 1 ? most : least * Math.Pow(most / least, i / (count - 1.0));
            // With a second budget the narrowest widths in this cost may be none for the other.
            if (Best(Math.Max(budget, LeastCost)) is not { } point)
                continue;
            if (points.Count == 0 || !point.Widths.Equals(points[^1].Widths))
                points.Add(point);
        }
        return points.ToImmutable();
    }

    private SearchPoint Point(ImmutableArray<Choice<ImmutableArray<LayerCandidate>>> choices)
    {
        var layers = ImmutableSortedDictionary.CreateBuilder<string, LayerWidths>(StringComparer.Ordinal);
        for (var u = 0; u < _units.Length; u++)
        {
            for (var i = 0; i < _units[u].Layers.Length; i++)
                layers[_units[u].Layers[i].Name] = choices[u].Tag[i].Widths;
        }
        // Every layer is named; the default serves readers of the file who add layers.
        return new(new(layers.Values.First(), layers.ToImmutable()), choices.Sum(c => c.Cost), choices.Sum(c => c.Error)) { Other = _both is null ? null : choices.Sum(c => c.Other) };
    }
}
