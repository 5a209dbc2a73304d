using System.Collections.Immutable;
using Brim.Core.IR;

namespace Brim.Import.TfLite;

/// <summary>Rules on element types and quantization of activations that several operators share; each reports what it finds.</summary>
internal static class ActivationRules
{
    /// <summary>Types that operators with arithmetic are defined for.</summary>
    public static readonly ImmutableArray<ElementType> Arithmetic = [ElementType.Int8, ElementType.Int16, ElementType.Float32];

    /// <summary>Types that operators which only move elements are defined for.</summary>
    public static readonly ImmutableArray<ElementType> Movable =
        [ElementType.Int8, ElementType.UInt8, ElementType.Int16, ElementType.Int32, ElementType.Int64, ElementType.Float32, ElementType.Boolean];

    /// <summary>True if all tensors have one and the same type out of the supported ones, and integers of up to 16 bits are quantized per tensor.</summary>
    public static bool AreUniform(OperatorContext context, ImmutableArray<ElementType> supported, params ReadOnlySpan<ImportedTensor> tensors)
    {
        var sound = true;
        foreach (var tensor in tensors)
            sound &= IsSupported(context, supported, tensor);
        foreach (var tensor in tensors)
        {
            if (sound && tensor.KnownType.Element != tensors[0].KnownType.Element)
            {
                context.Report(ImportDiagnostics.UnsupportedType,
                    $"{tensor} is {tensor.KnownType.Element}, but {tensors[0]} is {tensors[0].KnownType.Element}: the types must be equal");
                return false;
            }
        }
        foreach (var tensor in tensors)
            sound &= IsQuantizedPerTensor(context, tensor);
        return sound;
    }

    /// <summary>As <see cref="AreUniform"/>, and all tensors have the same quantization: the operator copies codes.</summary>
    public static bool AreMoved(OperatorContext context, params ReadOnlySpan<ImportedTensor> tensors)
    {
        if (!AreUniform(context, Movable, tensors))
            return false;
        foreach (var tensor in tensors)
        {
            // Parameters of plain integers mean nothing here.
            if (tensor.KnownType.Element.Bits <= 16 && !Equals(tensor.KnownType.Quant, tensors[0].KnownType.Quant))
            {
                context.Report(ImportDiagnostics.BadQuantization,
                    $"{tensors[0]} ({tensors[0].KnownType.Quant}) and {tensor} ({tensor.KnownType.Quant}) must have the same quantization: the operator copies codes");
                return false;
            }
        }
        return true;
    }

    /// <summary>True if the tensor has one of the supported types.</summary>
    public static bool IsSupported(OperatorContext context, ImmutableArray<ElementType> supported, ImportedTensor tensor)
    {
        if (supported.Contains(tensor.KnownType.Element))
            return true;
        context.Report(ImportDiagnostics.UnsupportedType, $"{tensor} is {tensor.KnownType.Element}, supported are {string.Join(", ", supported)}",
            tensor.KnownType.Element == ElementType.UInt8 ? "convert the model again with int8 quantization" : null);
        return false;
    }

    /// <summary>True unless the tensor has integers of up to 16 bits that are not quantized per tensor, or 16-bit ones with a zero point.</summary>
    public static bool IsQuantizedPerTensor(OperatorContext context, ImportedTensor tensor)
    {
        var type = tensor.KnownType;
        if (!type.Element.IsInteger || type.Element.Bits > 16)
            return true;
        var problem = type.Quant switch
        {
            null => "has no scale",
            { Axis: { } axis } => $"has scales along dimension {axis}; activations have one scale",
            { ZeroPoint: not 0 and var zeroPoint } when type.Element == ElementType.Int16 => $"has zero point {zeroPoint}; int16 activations are symmetric",
            _ => null,
        };
        if (problem is not null)
            context.Report(ImportDiagnostics.BadQuantization, $"{tensor} {problem}");
        return problem is null;
    }

    /// <summary>True unless an integer result has other parameters than the ones that the format fixes for the operator.</summary>
    public static bool HasFixedQuantization(OperatorContext context, ImportedTensor tensor, double scaleOfInt8, int zeroPointOfInt8, double scaleOfInt16)
    {
        var type = tensor.KnownType;
        if (type.Element.IsFloat)
            return true;
        var (scale, zeroPoint) = type.Element == ElementType.Int16 ? (scaleOfInt16, 0) : (scaleOfInt8, zeroPointOfInt8);
        // The kernels compute with the fixed scale; files state it to about the precision of a float.
        if (type.Quant is { } quant && quant.ZeroPoint == zeroPoint && Math.Abs(quant.Scale - scale) <= 1e-3 * scale)
            return true;
        context.Report(ImportDiagnostics.BadQuantization,
            FormattableString.Invariant($"{tensor} has {type.Quant}; this operator's {type.Element} result has scale {scale:R} and zero point {zeroPoint}"));
        return false;
    }
}
