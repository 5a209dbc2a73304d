using System.Collections.Immutable;

namespace Brim.Quantize.Search;

/// <summary>One alternative of a unit of a <see cref="ChoiceProblem"/>.</summary>
/// <param name="Cost">What it uses of the budget; finite, at least 0.</param>
/// <param name="Error">What it adds to the sum that is minimised; finite.</param>
/// <param name="Tag">What it stands for.</param>
/// <typeparam name="T">Type of the tag.</typeparam>
public sealed record Choice<T>(double Cost, double Error, T Tag)
{
    /// <summary>What it uses of a second budget; 0 where there is none.</summary>
    public double Other { get; init; }
}

/// <summary>Alternatives of any kind.</summary>
public static class Choice
{
    /// <summary>The alternatives that no other one of the same list beats in all respects, cheapest first.</summary>
    public static ImmutableArray<Choice<T>> NonDominated<T>(IEnumerable<Choice<T>> choices)
    {
        ArgumentNullException.ThrowIfNull(choices);
        var kept = ImmutableArray.CreateBuilder<Choice<T>>();
        foreach (var choice in choices.OrderBy(c => c.Cost).ThenBy(c => c.Error).ThenBy(c => c.Other))
        {
            if (!kept.Any(k => k.Error <= choice.Error && k.Other <= choice.Other))
                kept.Add(choice);
        }
        return kept.ToImmutable();
    }
}
