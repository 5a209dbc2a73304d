using System.Collections.Immutable;
using Brim.Core.Diagnostics;

namespace Brim.Compile.Costs;

/// <summary>Diagnostics 414x: the kernels' measured costs.</summary>
public static class CostDiagnostics
{
    /// <summary>A cost table cannot be read.</summary>
    public static readonly DiagnosticDescriptor BadCostTable = new("BRIM4141", Severity.Error,
        "the kernels' cost table cannot be read",
        "Files costs/*.json beside a family's kernels hold the kernels' instruction counts, fitted to measurements. `make fit-costs` makes them anew; "
        + "they are not written by hand.");

    /// <summary>All of them.</summary>
    public static ImmutableArray<DiagnosticDescriptor> All { get; } = [BadCostTable];
}
