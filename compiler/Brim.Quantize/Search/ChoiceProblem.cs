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
    private readonly ChoiceRelaxation<T>[] _relaxations;
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
        _relaxations = new ChoiceRelaxation<T>[_units.Length + 1];
        _relaxations[_units.Length] = ChoiceRelaxation<T>.Empty;
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
}
