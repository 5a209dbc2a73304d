namespace Brim.Compile.Planning;

/// <summary>An immutable set of step indices.</summary>
internal sealed class StepSet : IEquatable<StepSet>
{
    private readonly ulong[] _words;

    private StepSet(ulong[] words) => _words = words;

    /// <summary>The empty set of steps below a count.</summary>
    public static StepSet Empty(int count) => new(new ulong[(count + 63) / 64]);

    /// <summary>True if a step is in the set.</summary>
    public bool Contains(int step) => (_words[step >> 6] >> (step & 63) & 1) != 0;

    /// <summary>The set with one more step.</summary>
    public StepSet With(int step)
    {
        var words = (ulong[])_words.Clone();
        words[step >> 6] |= 1UL << (step & 63);
        return new StepSet(words);
    }

    /// <inheritdoc/>
    public bool Equals(StepSet? other) => other is not null && _words.AsSpan().SequenceEqual(other._words);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as StepSet);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var word in _words)
            hash.Add(word);
        return hash.ToHashCode();
    }
}
