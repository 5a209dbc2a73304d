namespace Brim.Quantize.Networks;

/// <summary>How far a quantization is.</summary>
/// <param name="Stage">What is being done.</param>
/// <param name="Done">Parts of the stage that are done.</param>
/// <param name="Total">Parts of the stage.</param>
public readonly record struct QuantizationProgress(string Stage, int Done, int Total);
