using System.Collections.Immutable;

namespace Brim.Core.Diagnostics;

/// <summary>One finding about the input: what, where, and with which values.</summary>
/// <param name="Descriptor">The kind.</param>
/// <param name="Location">Where.</param>
/// <param name="Message">The finding, with the actual values.</param>
/// <param name="Notes">Further lines, printed as <c>note:</c>.</param>
/// <param name="Help">What to do, printed as <c>help:</c>; null where the message says it all.</param>
public sealed record Diagnostic(
    DiagnosticDescriptor Descriptor,
    SourceLocation Location,
    string Message,
    ImmutableArray<string> Notes,
    string? Help = null)
{
    /// <inheritdoc/>
    public override string ToString()
    {
        var severity = Descriptor.Severity switch
        {
            Severity.Error => "error",
            Severity.Warning => "warning",
            _ => "note",
        };
        var text = $"{Location}: {severity} {Descriptor.Code}: {Message}";
        foreach (var note in Notes)
            text += $"\n  note: {note}";
        return Help is null ? text : $"{text}\n  help: {Help}";
    }
}
