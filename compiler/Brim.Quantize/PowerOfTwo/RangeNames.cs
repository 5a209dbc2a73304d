using System.Collections.Immutable;

namespace Brim.Quantize.PowerOfTwo;

/// <summary>Names of <see cref="RangeEvidence"/> in recipes.</summary>
public static class RangeNames
{
    /// <summary>All names.</summary>
    public static ImmutableArray<(string Name, RangeEvidence Range)> All { get; } =
        [("analytic", RangeEvidence.Analytic), ("two-sided", RangeEvidence.AnalyticTwoSided), ("observed", RangeEvidence.Observed)];

    /// <summary>The name of a kind of range.</summary>
    public static string Of(RangeEvidence range) => All.First(r => r.Range == range).Name;
}
