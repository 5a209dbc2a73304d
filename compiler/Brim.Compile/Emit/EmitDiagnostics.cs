using System.Collections.Immutable;
using Brim.Core.Diagnostics;

namespace Brim.Compile.Emit;

/// <summary>Diagnostics 5xxx: emission.</summary>
public static class EmitDiagnostics
{
    /// <summary>The output directory holds files that Brim did not write.</summary>
    public static readonly DiagnosticDescriptor OutputNotReplaceable = new("BRIM5001", Severity.Error,
        "the output path holds something else",
        "Output directories are replaced as a whole. Brim replaces only directories that are empty or that it wrote itself (they hold a manifest.json), so that no work of yours is lost.");

    /// <summary>The file system refused.</summary>
    public static readonly DiagnosticDescriptor OutputNotWritable = new("BRIM5002", Severity.Error,
        "the output cannot be written",
        "The file system refused a write or a rename; the message is the system's. An earlier output is left as it was.");

    /// <summary>All of them.</summary>
    public static ImmutableArray<DiagnosticDescriptor> All { get; } = [OutputNotReplaceable, OutputNotWritable];
}
