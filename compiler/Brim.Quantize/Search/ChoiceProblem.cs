using System.Collections.Immutable;

namespace Brim.Quantize.Search;

/// <summary>
/// The multiple-choice knapsack problem: take one alternative of each unit so that the costs keep to a budget and the sum of errors is smallest.
/// Solved exactly, by dynamic programming over non-dominated partial sums (Nemhauser and Ullmann 1969) which the linear relaxation of the units
/// still to come prunes (Sinha and Zoltners 1979).
/// </summary>
/// <typeparam name="T">What alternatives stand for.</typeparam>
public sealed class ChoiceProblem<T>
{
    private readonly ImmutableArray<ImmutableArray<Choice<T>>> _units;
    private readonly Relaxation[] _relaxations;
    private readonly double _slack; // above the rounding errors of sums of errors

    /// <summary>States a problem.</summary>
    /// <param name="units">The alternatives of each unit; none may be empty.</param>
    /// <exception cref="ArgumentException">A unit has no alternative, or one with a negative or infinite cost or an infinite error.</exception>
    public ChoiceProblem(IEnumerable<IEnumerable<Choice<T>>> units)
    {
        ArgumentNullException.ThrowIfNull(units);
        var all = units.Select(u => u.ToImmutableArray()).ToImmutableArray();
        if (all.Any(u => u.Length == 0 || u.Any(c => !double.IsFinite(c.Cost) || c.Cost < 0 || !double.IsFinite(c.Error))))
            throw new ArgumentException("every unit needs alternatives of finite costs of at least 0 and finite errors", nameof(units));
        _units = [.. all.Select(u => Choice.NonDominated(u))];
        _slack = 1e-12 * _units.Sum(u => u.Max(c => Math.Abs(c.Error)));
        // Of the units from a position on.
        _relaxations = new Relaxation[_units.Length + 1];
        _relaxations[_units.Length] = Relaxation.Empty;
        for (var i = _units.Length - 1; i >= 0; i--)
            _relaxations[i] = _relaxations[i + 1].With(_units[i]);
    }

    /// <summary>Cost of the cheapest selection: no smaller budget can be kept.</summary>
    public double LeastCost => _units.Sum(u => u[0].Cost);

    /// <summary>Cost of the selection with the smallest error: a larger budget gains nothing.</summary>
    public double MostCost => _units.Sum(u => u[^1].Cost);

    /// <summary>The best selection, one alternative a unit in their order; null if even the cheapest leaves the budget.</summary>
    /// <param name="budget">Largest sum of costs.</param>
    public ImmutableArray<Choice<T>>? Solve(double budget)
    {
        // Sums in different orders differ in their last bits; a budget that was such a sum must still be kept by it.
        budget += Math.Abs(budget) * 1e-12;
        if (LeastCost > budget)
            return null;
        var incumbent = double.PositiveInfinity;
        var states = new List<State> { new(0, 0, null, null) };
        for (var unit = 0; unit < _units.Length; unit++)
        {
            var rest = _relaxations[unit + 1];
            var next = new List<State>();
            foreach (var state in states)
            {
                foreach (var choice in _units[unit])
                {
                    var (cost, error) = (state.Cost + choice.Cost, state.Error + choice.Error);
                    var (lower, upper) = rest.Bounds(budget - cost);
                    if (double.IsPositiveInfinity(lower))
                        break; // dearer ones are out of reach as well
                    incumbent = Math.Min(incumbent, error + upper);
                    if (error + lower <= incumbent + _slack)
                        next.Add(new(cost, error, state, choice));
                }
            }
            states = Undominated(next);
        }
        var best = states[^1];
        var selection = new Stack<Choice<T>>();
        for (var state = best; state.Choice is { } choice; state = state.Previous!)
            selection.Push(choice);
        return [.. selection];
    }

    private static List<State> Undominated(List<State> states)
    {
        states.Sort((a, b) => a.Cost != b.Cost ? a.Cost.CompareTo(b.Cost) : a.Error.CompareTo(b.Error));
        var kept = new List<State>();
        foreach (var state in states)
        {
            if (kept.Count == 0 || state.Error < kept[^1].Error)
                kept.Add(state);
        }
        return kept;
    }

    private sealed record State(double Cost, double Error, State? Previous, Choice<T>? Choice);

    /// <summary>The linear relaxation of some units: steps along their convex hulls, the steepest first.</summary>
    private sealed class Relaxation
    {
        private readonly double _cost;     // of the cheapest selection
        private readonly double _error;    // of the cheapest selection
        private readonly (double Cost, double Error)[] _steps; // error is negative
        private readonly double[] _costs;  // after each step
        private readonly double[] _errors; // after each step

        private Relaxation(double cost, double error, (double Cost, double Error)[] steps)
        {
            (_cost, _error, _steps) = (cost, error, steps);
            (_costs, _errors) = (new double[steps.Length + 1], new double[steps.Length + 1]);
            (_costs[0], _errors[0]) = (cost, error);
            for (var i = 0; i < steps.Length; i++)
                (_costs[i + 1], _errors[i + 1]) = (_costs[i] + steps[i].Cost, _errors[i] + steps[i].Error);
        }

        public static Relaxation Empty { get; } = new(0, 0, []);

        public Relaxation With(ImmutableArray<Choice<T>> unit)
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
}
