using System.Collections.Immutable;

namespace Brim.Quantize.Search;

/// <summary>What a search found.</summary>
/// <param name="Front">Best assignments from the cheapest to the most accurate one, validated where asked for.</param>
/// <param name="Best">The chosen one; validated if any was.</param>
/// <param name="CostUnit">Unit of the costs.</param>
/// <param name="ValidationSamples">Samples that validated, none of which calibrated.</param>
/// <param name="Seconds">Wall time.</param>
public sealed record WidthSearchReport(ImmutableArray<SearchPoint> Front, SearchPoint Best, string CostUnit, int ValidationSamples, double Seconds)
{
    /// <summary>Unit of the other costs; null where there are none.</summary>
    public string? OtherUnit { get; init; }
}
