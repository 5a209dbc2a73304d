using System.Collections.Immutable;

namespace Brim.Quantize.Search;

/// <summary>
/// The multiple-choice knapsack problem with two budgets. Weighted sums of both costs give problems with one budget (<see cref="ChoiceProblem{T}"/>), each
/// a relaxation of this one (surrogate relaxation: Glover 1975); dynamic programming over partial sums that nothing beats in cost, other cost and error is
/// pruned by the linear relaxations of these and by the best selection known. The solution is the best of all as long as no more than a thousand
/// partial sums survive; of more, those with the smallest bounds go on.
/// </summary>
/// <typeparam name="T">What alternatives stand for.</typeparam>
public sealed class TwoBudgetProblem<T>
{
    // Shares of the first budget in a weighted sum.
    private const int Weights = 16;

    // Weighted sums whose bounds prune, and partial sums that go on.
    private const int Bounds = 3;
    private const int MostStates = 1000;

    private readonly ImmutableArray<ImmutableArray<Choice<T>>> _units;
    private readonly double _slack; // above the rounding errors of sums of errors

    /// <summary>States a problem.</summary>
    /// <param name="units">The alternatives of each unit; none may be empty. Costs of both kinds are finite and at least 0.</param>
    public TwoBudgetProblem(IEnumerable<IEnumerable<Choice<T>>> units)
    {
        ArgumentNullException.ThrowIfNull(units);
        _units = [.. units.Select(u => Choice.NonDominated(u))];
        _slack = 1e-12 * _units.Sum(u => u.Max(c => Math.Abs(c.Error)));
    }

    /// <summary>The best selection, one alternative a unit in their order; null if none keeps both budgets.</summary>
    /// <param name="budget">Largest sum of costs; finite and positive.</param>
    /// <param name="other">Largest sum of other costs; finite and positive.</param>
    public ImmutableArray<Choice<T>>? Solve(double budget, double other)
    {
        // Sums in different orders differ in their last bits; a budget that was such a sum must still be kept by it.
        var (limit, otherLimit) = (budget * (1 + 1e-12), other * (1 + 1e-12));
        var surrogates = Enumerable.Range(0, Weights + 1).Select(i => new Surrogate(_units, i / (double)Weights, budget, other)).ToArray();
        ImmutableArray<Choice<T>>? best = null;
        var incumbent = double.PositiveInfinity;
        foreach (var surrogate in surrogates)
        {
            if (surrogate.Solution is not { } solution)
                return null;
            if (solution.Sum(c => c.Cost) <= limit && solution.Sum(c => c.Other) <= otherLimit && solution.Sum(c => c.Error) < incumbent)
                (best, incumbent) = (solution, solution.Sum(c => c.Error));
        }
        if (incumbent <= surrogates.Max(s => s.Solution!.Value.Sum(c => c.Error)) + _slack)
            return best;
        return Search([.. surrogates.OrderByDescending(s => s.Least(0, 0, 0)).Take(Bounds)], limit, otherLimit, incumbent) ?? best;
    }

    private ImmutableArray<Choice<T>>? Search(Surrogate[] surrogates, double limit, double otherLimit, double incumbent)
    {
        var states = new List<State> { new(0, 0, 0, 0, null, null) };
        for (var unit = 0; unit < _units.Length; unit++)
        {
            var next = new List<State>();
            foreach (var state in states)
            {
                foreach (var choice in _units[unit])
                {
                    var (cost, other, error) = (state.Cost + choice.Cost, state.Other + choice.Other, state.Error + choice.Error);
                    if (cost > limit || other > otherLimit)
                        continue;
                    var bound = double.NegativeInfinity;
                    foreach (var surrogate in surrogates)
                        bound = Math.Max(bound, error + surrogate.Least(unit + 1, cost, other));
                    if (bound <= incumbent - _slack)
                        next.Add(new State(cost, other, error, bound, state, choice));
                }
            }
            states = Undominated(next);
            if (states.Count > MostStates)
                states = [.. states.OrderBy(s => s.Bound).Take(MostStates)];
        }
        if (states.Count == 0)
            return null;
        var selection = new Stack<Choice<T>>();
        for (var state = states.MinBy(s => s.Error)!; state.Choice is { } choice; state = state.Previous!)
            selection.Push(choice);
        return [.. selection];
    }

    /// <summary>States that no other one beats in all three sums.</summary>
    private static List<State> Undominated(List<State> states)
    {
        states.Sort((a, b) => a.Cost != b.Cost ? a.Cost.CompareTo(b.Cost) : a.Other != b.Other ? a.Other.CompareTo(b.Other) : a.Error.CompareTo(b.Error));
        var kept = new List<State>();
        // What was kept at smaller costs, by other cost: errors fall from one to the next.
        var stairs = new List<State>();
        foreach (var state in states)
        {
            var (at, above) = (0, stairs.Count);
            while (at < above)
            {
                var middle = (at + above) / 2;
                if (stairs[middle].Other > state.Other)
                    above = middle;
                else
                    at = middle + 1;
            }
            if (at > 0 && stairs[at - 1].Error <= state.Error)
                continue;
            kept.Add(state);
            var end = at;
            while (end < stairs.Count && stairs[end].Error >= state.Error)
                end++;
            stairs.RemoveRange(at, end - at);
            stairs.Insert(at, state);
        }
        return kept;
    }

    private sealed record State(double Cost, double Other, double Error, double Bound, State? Previous, Choice<T>? Choice);

    /// <summary>The problem whose only budget, 1, is a weighted sum of both: whatever keeps both keeps it.</summary>
    private sealed class Surrogate
    {
        private readonly double _weight;
        private readonly double _otherWeight;
        private readonly ChoiceRelaxation<Choice<T>>[] _relaxations;

        public Surrogate(ImmutableArray<ImmutableArray<Choice<T>>> units, double share, double budget, double other)
        {
            (_weight, _otherWeight) = (share / budget, (1 - share) / other);
            var weighted = units.Select(u => u.Select(c => new Choice<Choice<T>>((_weight * c.Cost) + (_otherWeight * c.Other), c.Error, c))).ToArray();
            Solution = new ChoiceProblem<Choice<T>>(weighted).Solve(1) is { } solved ? [.. solved.Select(c => c.Tag)] : null;
            _relaxations = new ChoiceRelaxation<Choice<T>>[units.Length + 1];
            _relaxations[^1] = ChoiceRelaxation<Choice<T>>.Empty;
            for (var i = units.Length - 1; i >= 0; i--)
                _relaxations[i] = _relaxations[i + 1].With(Choice.NonDominated(weighted[i]));
        }

        /// <summary>Its best selection; null if none keeps the budget.</summary>
        public ImmutableArray<Choice<T>>? Solution { get; }

        /// <summary>A bound below the error of the units from one on, after sums of the costs of those before.</summary>
        public double Least(int unit, double cost, double other) => _relaxations[unit].Bounds(1 + 1e-9 - (_weight * cost) - (_otherWeight * other)).Lower;
    }
}
