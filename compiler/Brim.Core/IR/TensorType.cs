namespace Brim.Core.IR;

/// <summary>Element type, shape and quantization of a tensor.</summary>
/// <param name="Element">Type of one element.</param>
/// <param name="Shape">Dimensions.</param>
/// <param name="Quant">How integer codes map to reals; null for floats and plain integers.</param>
public sealed record TensorType(ElementType Element, Shape Shape, QuantParams? Quant = null)
{
    /// <summary>Bytes of the tensor at one storage unit an element.</summary>
    public long Bytes => Shape.ElementCount * Element.StorageBytes;

    /// <summary>Prints <c>i8[1x32x32x3] scale=.. zp=..</c>.</summary>
    public override string ToString() => Quant is null ? $"{Element}[{Shape}]" : $"{Element}[{Shape}] {Quant}";
}
