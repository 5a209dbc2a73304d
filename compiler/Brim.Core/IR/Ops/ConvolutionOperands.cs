namespace Brim.Core.IR.Ops;

/// <summary>What the operators with weights share.</summary>
internal static class ConvolutionOperands
{
    /// <summary>Codes minus their zero point.</summary>
    public static int[] Offsets(Tensor x)
    {
        var zeroPoint = x.Type.Quant!.ZeroPoint;
        return zeroPoint == 0 ? x.Codes : Array.ConvertAll(x.Codes, code => code - zeroPoint);
    }

    /// <summary>
    /// True if DEPTHWISE_CONV_2D and FULLY_CONNECTED accumulate in 64 bits: 16-bit activations, unless the bias has 32 bits.
    /// </summary>
    public static bool AccumulatesWide(Tensor x, Tensor? bias) =>
        bias is null ? x.Type.Element.Bits == 16 : bias.Type.Element.Bits == 64;
}
