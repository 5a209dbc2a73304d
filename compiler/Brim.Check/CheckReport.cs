using System.Collections.Immutable;

namespace Brim.Check;

/// <summary>The outcome of a check.</summary>
/// <param name="Model">Model name.</param>
/// <param name="Target">Target.</param>
/// <param name="Layers">Layers in order of execution.</param>
/// <param name="IsProven">True if nothing was found against the library.</param>
public sealed record CheckReport(string Model, string Target, ImmutableArray<LayerReport> Layers, bool IsProven)
{
    /// <summary>Running sums of all layers.</summary>
    public int Lanes => Layers.Sum(l => l.Sums?.Lanes ?? 0);
}
