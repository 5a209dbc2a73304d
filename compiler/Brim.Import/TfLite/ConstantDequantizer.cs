using Brim.Core.IR;

namespace Brim.Import.TfLite;

/// <summary>Real values of quantized constants.</summary>
internal static class ConstantDequantizer
{
    /// <summary>
    /// scale * (code - zero point) of every element, computed in double and rounded once, as the reference kernel of DEQUANTIZE does.
    /// </summary>
    /// <param name="codes">Quantized tensor, per tensor or per channel.</param>
    /// <param name="type">Float type of the same shape.</param>
    public static Tensor Dequantize(Tensor codes, TensorType type)
    {
        var quant = codes.Type.Quant ?? throw new ArgumentException($"{codes.Type} is not quantized", nameof(codes));
        // Elements that follow one another with the same index of the axis, and the axis' extent.
        var (run, extent) = (1L, 1);
        if (quant.Axis is { } axis)
        {
            run = codes.Type.Shape.Strides()[axis];
            extent = codes.Type.Shape[axis];
        }
        var values = new float[codes.Type.Shape.ElementCount];
        for (var i = 0; i < values.Length; i++)
        {
            var channel = (int)(i / run % extent);
            values[i] = (float)(quant.Scales[channel] * (codes.CodeAt(i) - quant.ZeroPoints[channel]));
        }
        return Tensor.FromFloats(type, values);
    }
}
