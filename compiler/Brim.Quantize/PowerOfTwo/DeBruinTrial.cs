using Brim.Quantize.Evaluation;
using Brim.Quantize.Networks;

namespace Brim.Quantize.PowerOfTwo;

/// <summary>One layer as it would be quantized.</summary>
/// <param name="Data">Type of its input.</param>
/// <param name="Weights">Format of its weights.</param>
/// <param name="Quantization">Its codes.</param>
internal sealed record DeBruinTrial(FakeQuantizer Data, FixedPointFormat Weights, LayerQuantization Quantization);
