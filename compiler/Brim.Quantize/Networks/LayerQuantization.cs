using System.Collections.Immutable;
using Brim.Quantize.Weights;

namespace Brim.Quantize.Networks;

/// <summary>The quantized parameters of one layer.</summary>
/// <param name="Codes">Integer weights, one row an output channel, columns in the order of the float weights.</param>
/// <param name="Grid">Their scales.</param>
/// <param name="Bias">Real bias of each output channel, corrected.</param>
public sealed record LayerQuantization(WeightCodes Codes, WeightGrid Grid, ImmutableArray<double> Bias);
