using System.Collections.Immutable;
using Brim.Compile.Program;

namespace Brim.Compile.Kernels;

/// <summary>
/// Chooses among the candidates of all nodes together, as memory is shared: scratch costs RAM only where the arena is fullest. A selection takes of
/// every node the best candidate within two limits, of the bytes alive there and of the scratch; the goal decides which limits are best. Limits to try are
/// the candidates' own.
/// </summary>
public sealed class SelectionFit
{
    /// <summary>Cycles that differ by less than this part are a tie: predictions are no better.</summary>
    private const long TiedPart = 100;

    /// <summary>Part by which a layer may be slower than with its fastest 32-bit sums if only bytes count.</summary>
    private const long SlowerPart = 4;

    /// <summary>Arenas to try, from the smallest that is fast enough: where tensors must lie decides how near a plan comes to its bound.</summary>
    private const int Attempts = 3;

    private readonly ImmutableArray<KernelChoice> _choices;
    private readonly ImmutableArray<ImmutableArray<Option>> _options;
    private readonly SelectionGoal _goal;

    private SelectionFit(ImmutableArray<KernelChoice> choices, Func<int, KernelCall, long> load, SelectionGoal goal)
    {
        _choices = choices;
        _goal = goal;
        _options = [.. choices.Select((c, i) => Usable(c).Select(t => new Option(t, load(i, t.Call!))).ToImmutableArray())];
    }

    /// <summary>Selections that may suit the goal best, the first one if they take the same arena.</summary>
    /// <param name="choices">The cheapest candidates, one choice a node.</param>
    /// <param name="load">Arena bytes alive at a node, by its index, with a call for it.</param>
    /// <param name="goal">The goal.</param>
    public static ImmutableArray<ImmutableArray<KernelChoice>> Of(ImmutableArray<KernelChoice> choices, Func<int, KernelCall, long> load, SelectionGoal goal)
    {
        var fit = new SelectionFit(choices, load, goal);
        if (fit._options.All(o => o.Length == 1))
            return [choices];
        return [.. (goal == SelectionGoal.Size ? fit.Small() : fit.Fast()).Select(fit.Chosen)];
    }

    /// <summary>Bounds of arenas, from the least that leaves every node a candidate.</summary>
    private List<long> Arenas()
    {
        var least = _options.Max(o => o.Min(t => t.Load));
        return [.. _options.SelectMany(o => o.Select(t => t.Load)).Where(l => l >= least).Distinct().Order()];
    }

    /// <summary>
    /// The limits with the fewest bytes in all. Where tensors must lie may take more than the bound: then scratch had better be less, and at last as little as
    /// each node can do with.
    /// </summary>
    private IEnumerable<Limits> Small()
    {
        var fewest = Arenas().Select(a => new Limits(a)).OrderBy(l => l.Arena + Picks(l).Sum(o => o.Trial.FlashBytes)).ThenBy(Cycles).First();
        var lean = Picks(fewest with { IsLean = true }).ToList();
        yield return fewest;
        for (var scratch = Picks(fewest).Max(o => o.Scratch) / 2; scratch > lean.Max(o => o.Scratch); scratch /= 2)
        {
            if (Picks(fewest with { Scratch = scratch }).Select(o => o?.Trial.FlashBytes).SequenceEqual(lean.Select(o => (long?)o.Trial.FlashBytes)))
                yield return fewest with { Scratch = scratch };
        }
        yield return fewest with { IsLean = true };
    }

    /// <summary>The tightest limits within which the network is as fast as without; more room never slows it down.</summary>
    private IEnumerable<Limits> Fast()
    {
        var fewest = Cycles(new Limits(long.MaxValue));
        var scratch = _options.SelectMany(o => o.Select(t => t.Scratch)).Distinct().Order().ToList();
        return Arenas().Select(a => new Limits(a)).Where(IsFast).Take(Attempts)
            .SelectMany(l => new[] { l, l with { Scratch = scratch.First(s => IsFast(l with { Scratch = s })) } });

        bool IsFast(Limits limits) => Cycles(limits) <= fewest + (fewest / TiedPart);
    }

    private long? Cycles(Limits limits) => Picks(limits).Aggregate((long?)0, (sum, o) => o is null ? null : sum + (o.Trial.Cycles ?? 0));

    /// <summary>The best candidate of each node within the limits; null where there is none.</summary>
    private IEnumerable<Option> Picks(Limits limits) => _options.Select(options =>
    {
        var fitting = options.Where(o => o.Load <= limits.Arena && o.Scratch <= limits.Scratch);
        return (_goal == SelectionGoal.Size
            ? fitting.OrderBy(o => o.Trial.FlashBytes).ThenBy(o => limits.IsLean ? o.Load : 0).ThenBy(o => o.Trial.Cycles).ThenBy(o => o.Load)
            : fitting.OrderBy(o => o.Trial.Cycles).ThenBy(o => o.Trial.FlashBytes).ThenBy(o => o.Load)).FirstOrDefault()!;
    });

    private ImmutableArray<KernelChoice> Chosen(Limits limits) =>
        [.. Picks(limits).Select((o, i) => KernelChoice.Of(_choices[i].Node, _choices[i].Tried, o.Trial, other => Objection(i, o, other, limits)))];

    /// <summary>Candidates that the goal allows. Where no cost is known, the chosen one is all.</summary>
    private IEnumerable<KernelTrial> Usable(KernelChoice choice)
    {
        if (choice.Cycles is null)
            return [choice.Chosen];
        var known = choice.Tried.Where(t => t.Cycles is not null);
        return _goal == SelectionGoal.Size && Wide(choice) is { } wide ? known.Where(t => t.Cycles <= wide + (wide / SlowerPart)) : known;
    }

    /// <summary>Cycles of the fastest kernel with one sum in a word.</summary>
    private static long? Wide(KernelChoice choice) => choice.Tried.Where(t => t.Call?.Lanes?.Packed is null).Min(t => t.Cycles);

    private string? Objection(int node, Option chosen, KernelTrial trial, Limits limits)
    {
        if (_options[node].FirstOrDefault(o => ReferenceEquals(o.Trial, trial)) is not { } other)
            return trial.Cycles is null ? null : FormattableString.Invariant($"with one sum in a word the layer takes {Wide(_choices[node])}");
        var isWanted = _goal == SelectionGoal.Size || trial.Cycles < chosen.Trial.Cycles;
        if (isWanted && other.Load > limits.Arena)
            return FormattableString.Invariant($"the arena would take {other.Load} bytes or more, without it {limits.Arena} suffice");
        if (isWanted && other.Scratch > limits.Scratch)
            return FormattableString.Invariant($"{other.Scratch} bytes of scratch make the arena larger, no layer needs more than {limits.Scratch}");
        if (_goal == SelectionGoal.Size && trial.FlashBytes == chosen.Trial.FlashBytes && trial.Cycles < chosen.Trial.Cycles)
            return FormattableString.Invariant($"{other.Load} bytes alive, with the chosen one {chosen.Load}");
        return (isWanted && trial.FlashBytes != chosen.Trial.FlashBytes) || trial.Cycles == chosen.Trial.Cycles
            ? FormattableString.Invariant($"{trial.FlashBytes} bytes of constants, the chosen one {chosen.Trial.FlashBytes}")
            : null;
    }

    /// <param name="Arena">Most bytes alive at a node.</param>
    /// <param name="Scratch">Most bytes of scratch.</param>
    /// <param name="IsLean">True to prefer fewer bytes alive to fewer cycles where only bytes count.</param>
    private sealed record Limits(long Arena, long Scratch = long.MaxValue, bool IsLean = false);

    /// <summary>A candidate and the arena bytes alive at its node.</summary>
    private sealed record Option(KernelTrial Trial, long Load)
    {
        public long Scratch => Trial.Call!.ScratchBytes;
    }
}
