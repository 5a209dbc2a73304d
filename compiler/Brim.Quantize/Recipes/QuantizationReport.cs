using System.Collections.Immutable;
using Brim.Quantize.Networks;

namespace Brim.Quantize.Recipes;

/// <summary>What a quantization did.</summary>
/// <param name="Widths">Widths and method of every layer, as asked for: feed it back as a recipe to get the same codes again.</param>
/// <param name="Layers">In the order of the graph.</param>
/// <param name="Calibration">Name of the data that calibrated.</param>
/// <param name="Samples">Number of samples used.</param>
/// <param name="Seed">Seed of everything random.</param>
/// <param name="Seconds">Wall time.</param>
public sealed record QuantizationReport(
    WidthAssignment Widths, ImmutableArray<LayerReport> Layers, string Calibration, int Samples, int Seed, double Seconds);
