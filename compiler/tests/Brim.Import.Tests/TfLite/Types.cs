using Brim.Core.IR;

namespace Brim.Import.Tests.TfLite;

/// <summary>Types and constants that the tests' models are made of.</summary>
internal static class Types
{
    public static TensorType Int8(Shape shape, double scale = 0.5, int zeroPoint = 3) => new(ElementType.Int8, shape, QuantParams.PerTensor(scale, zeroPoint));

    public static TensorType Int16(Shape shape, double scale = 0.25) => new(ElementType.Int16, shape, QuantParams.PerTensor(scale));

    public static TensorType UInt8(Shape shape, double scale = 0.5, int zeroPoint = 128) => new(ElementType.UInt8, shape, QuantParams.PerTensor(scale, zeroPoint));

    public static TensorType Float(Shape shape) => new(ElementType.Float32, shape);

    public static TensorType Int32(Shape shape) => new(ElementType.Int32, shape);

    public static TensorType Int64(Shape shape) => new(ElementType.Int64, shape);

    /// <summary>Activations of a type named in a test case, scale 0.5.</summary>
    public static TensorType Activation(ElementType element, Shape shape) =>
        element.IsFloat ? Float(shape) : new TensorType(element, shape, QuantParams.PerTensor(0.5, element.Bits == 8 ? 3 : 0));

    /// <summary>Weights with one scale, 0.125, or one for each index of an axis.</summary>
    public static Tensor Weights(Shape shape, int? axis = null, int bits = 8)
    {
        var quant = axis is { } a
            ? QuantParams.PerAxis(a, [.. Enumerable.Range(1, shape[a]).Select(i => i * 0.125)], [.. new int[shape[a]]])
            : QuantParams.PerTensor(0.125);
        return Counting(new TensorType(ElementType.Signed(bits), shape, quant));
    }

    /// <summary>A bias for input scale 0.5 and <see cref="Weights"/>.</summary>
    public static Tensor Bias(int channels, bool perChannel = false, int bits = 32)
    {
        var quant = perChannel
            ? QuantParams.PerAxis(0, [.. Enumerable.Range(1, channels).Select(i => i * 0.0625)], [.. new int[channels]])
            : QuantParams.PerTensor(0.0625);
        return Counting(new TensorType(ElementType.Signed(bits), [channels], quant));
    }

    /// <summary>A tensor of small distinct values.</summary>
    public static Tensor Counting(TensorType type)
    {
        var count = (int)type.Shape.ElementCount;
        var (low, size) = (Math.Max(type.Element.IsFloat ? -100 : type.Element.MinCode, -100), type.Element.IsFloat || type.Element.Bits > 6 ? 101 : 1 << type.Element.Bits);
        var codes = Enumerable.Range(0, count).Select(i => low + (i * 7 % size)).ToArray();
        return type.Element switch
        {
            { IsFloat: true } => Tensor.FromFloats(type, [.. codes.Select(c => c * 0.25f)]),
            { Bits: 64 } => Tensor.FromWideCodes(type, codes),
            _ => Tensor.FromCodes(type, [.. codes.Select(c => (int)c)]),
        };
    }
}
