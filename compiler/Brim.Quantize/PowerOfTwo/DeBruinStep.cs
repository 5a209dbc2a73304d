using Brim.Core.IR;

namespace Brim.Quantize.PowerOfTwo;

/// <summary>One candidate that a search scored.</summary>
/// <param name="Layer">Name of the layer.</param>
/// <param name="Data">Type of its data.</param>
/// <param name="Weights">Format of its weights, after bits were taken from it until the sums fit the accumulator.</param>
/// <param name="Score">Score of the network with the layers decided so far and this one quantized, all others in floats.</param>
public sealed record DeBruinStep(string Layer, ElementType Data, FixedPointFormat Weights, double Score);
