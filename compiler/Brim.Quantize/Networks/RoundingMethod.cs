using Brim.Quantize.Weights;
using Brim.Quantize.Windows;

namespace Brim.Quantize.Networks;

/// <summary>A method by which a layer can be quantized, as recipes and the command line name it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Summary">One line for help texts.</param>
/// <param name="NeedsAccumulator">True if it has no meaning without an accumulator width.</param>
/// <param name="Scales">The rule of its weight scales; null where the quantizer's options decide.</param>
/// <param name="Window">The windows through which it reads its input, which has 8 bits; null for none.</param>
public sealed record RoundingMethod(string Name, string Summary, bool NeedsAccumulator = false, WeightScaleRule? Scales = null, SparqWindow? Window = null);
