using System.Collections.Immutable;

namespace Brim.Quantize.Search;

/// <summary>The linear relaxation of some units: steps along their convex hulls, the steepest first.</summary>
internal sealed class ChoiceRelaxation<T>
{
    private readonly double _cost;     // of the cheapest selection
    private readonly double _error;    // of the cheapest selection
    private readonly (double Cost, double Error)[] _steps; // error is negative
    private readonly double[] _costs;  // after each step
    private readonly double[] _errors; // after each step

    private ChoiceRelaxation(double cost, double error, (double Cost, double Error)[] steps)
    {
        (_cost, _error, _steps) = (cost, error, steps);
        (_costs, _errors) = (new double[steps.Length + 1], new double[steps.Length + 1]);
        (_costs[0], _errors[0]) = (cost, error);
        for (var i = 0; i < steps.Length; i++)
            (_costs[i + 1], _errors[i + 1]) = (_costs[i] + steps[i].Cost, _errors[i] + steps[i].Error);
    }

    public static ChoiceRelaxation<T> Empty { get; } = new(0, 0, []);

    public ChoiceRelaxation<T> With(ImmutableArray<Choice<T>> unit)
    {
        var hull = new List<Choice<T>>();
        foreach (var choice in unit)
        {
            // A vertex above the line between its neighbours is none.
            while (hull.Count > 1 && Slope(hull[^2], hull[^1]) >= Slope(hull[^1], choice))
                hull.RemoveAt(hull.Count - 1);
            hull.Add(choice);
        }
        var steps = hull.Zip(hull.Skip(1), (a, b) => (Cost: b.Cost - a.Cost, Error: b.Error - a.Error));
        return new(_cost + unit[0].Cost, _error + unit[0].Error, [.. _steps.Concat(steps).OrderBy(s => s.Error / s.Cost)]);
    }

    /// <summary>A bound below the smallest error for a budget, and the error of a selection that keeps it. Infinite where none does.</summary>
    public (double Lower, double Upper) Bounds(double budget)
    {
        if (budget < _cost)
            return (double.PositiveInfinity, double.PositiveInfinity);
        var at = Array.BinarySearch(_costs, budget);
        // The last position of equal costs does not matter: steps have positive costs.
        var whole = at >= 0 ? at : ~at - 1;
        var lower = _errors[whole];
        if (whole < _steps.Length)
            lower += _steps[whole].Error * (budget - _costs[whole]) / _steps[whole].Cost;
        // Whole steps in this order are whole alternatives: those of one unit follow each other, as its hull is convex.
        return (lower, _errors[whole]);
    }

    private static double Slope(Choice<T> a, Choice<T> b) => (b.Error - a.Error) / (b.Cost - a.Cost);
}
