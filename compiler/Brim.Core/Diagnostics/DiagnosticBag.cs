using System.Collections.Immutable;

namespace Brim.Core.Diagnostics;

/// <summary>Collects diagnostics so that one run reports everything it found. Not thread-safe.</summary>
public sealed class DiagnosticBag
{
    private readonly List<Diagnostic> _items = [];

    /// <summary>All diagnostics in the order they were reported.</summary>
    public IReadOnlyList<Diagnostic> Items => _items;

    /// <summary>True once an error has been reported.</summary>
    public bool HasErrors { get; private set; }

    /// <summary>Reports one finding.</summary>
    public void Report(DiagnosticDescriptor descriptor, SourceLocation location, string message, string? help = null, params ReadOnlySpan<string> notes)
    {
        _items.Add(new Diagnostic(descriptor, location, message, [.. notes], help));
        HasErrors |= descriptor.Severity == Severity.Error;
    }

    /// <summary>Adds the findings of another bag.</summary>
    public void AddRange(DiagnosticBag other)
    {
        ArgumentNullException.ThrowIfNull(other);
        _items.AddRange(other._items);
        HasErrors |= other.HasErrors;
    }

    /// <summary>The findings as an immutable list.</summary>
    public ImmutableArray<Diagnostic> ToImmutable() => [.. _items];
}
