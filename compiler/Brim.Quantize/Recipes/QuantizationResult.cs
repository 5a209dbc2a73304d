using Brim.Core.IR;
using Brim.Quantize.Networks;

namespace Brim.Quantize.Recipes;

/// <summary>What <see cref="Quantization.Run"/> gives.</summary>
/// <param name="Graph">The integer graph.</param>
/// <param name="Network">What it was made of: the float graph, activation types, codes.</param>
/// <param name="Report">What was done, for people and machines.</param>
public sealed record QuantizationResult(Graph Graph, QuantizedNetwork Network, QuantizationReport Report);
