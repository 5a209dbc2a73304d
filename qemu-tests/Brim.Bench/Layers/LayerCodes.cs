using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Bench.Layers;

/// <summary>Widths and rescaling of a layer.</summary>
/// <param name="Name">Name for tables, e.g. <c>w4 a6</c>.</param>
/// <param name="WeightBits">Bits of the weights; codes are symmetric.</param>
/// <param name="Activation">Element type of input and result.</param>
/// <param name="Requantization">How sums become codes.</param>
/// <param name="OutputZeroPoint">Zero point of the result.</param>
/// <param name="Clamp">Fused activation.</param>
internal sealed record LayerCodes(
    string Name, int WeightBits, ElementType Activation, Requantization Requantization, int OutputZeroPoint, Activation Clamp)
{
    /// <summary>Factor from sums to codes; null for the one with which results take the whole range of their codes.</summary>
    public double? Factor { get; init; }

    /// <summary>TFLite's int8: zero point -128 and ReLU.</summary>
    public static LayerCodes Int8 { get; } = new("w8 a8", 8, ElementType.Int8, Requantization.TfLiteDouble, -128, Core.IR.Ops.Activation.Relu);

    /// <summary>What <c>brim quantize</c> makes: unsigned activations of few bits, one rounding.</summary>
    public static LayerCodes Narrow(int weightBits, int activationBits) =>
        new($"w{weightBits} a{activationBits}", weightBits, ElementType.Unsigned(activationBits), Requantization.Single, 0, Core.IR.Ops.Activation.Relu);
}
