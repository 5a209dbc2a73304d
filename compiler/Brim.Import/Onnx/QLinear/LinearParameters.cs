using System.Collections.Immutable;
using Brim.Core.IR;

namespace Brim.Import.Onnx.QLinear;

/// <summary>Scale and zero point of QuantizeLinear and DequantizeLinear.</summary>
/// <param name="Element">Type of the codes, as the zero point has it; null where there is none.</param>
/// <param name="Quant">Scales and zero points.</param>
internal sealed record LinearParameters(ElementType? Element, QuantParams Quant)
{
    /// <summary>Reads operands 1 and 2 of a node; null, reported, if they are not valid.</summary>
    /// <param name="context">The node.</param>
    /// <param name="x">Shape of the tensor that they describe.</param>
    public static LinearParameters? Read(NodeContext context, Shape x)
    {
        if (context.ConstantFloats(1, "scale") is not { } scales)
            return null;
        var zeroPoint = context.Optional(2) is null ? null : context.Constant(2, "zero point");
        if (context.Optional(2) is not null && zeroPoint is null)
            return null;
        if (zeroPoint is { Type.Element: not { IsInteger: true, Bits: <= 32 } })
        {
            context.Report(ImportDiagnostics.UnsupportedOnnxType, $"codes are {zeroPoint.Type.Element}, supported are integers of at most 32 bits");
            return null;
        }
        if (scales.Length == 0 || scales.Any(s => !float.IsFinite(s) || s <= 0) || (zeroPoint is not null && zeroPoint.Codes.Length != scales.Length))
            return Bad(context, x);
        var zeroPoints = zeroPoint?.Codes ?? new int[scales.Length];
        // Many writers store a single scale as a vector.
        if (scales.Length == 1)
            return new LinearParameters(zeroPoint?.Type.Element, QuantParams.PerTensor(scales[0], zeroPoints[0]));
        // A vector has one axis; the default of 1 means it too.
        var axis = x.Rank == 1 ? 0 : context.Axis(context.Int("axis", 1), x.Rank);
        if (axis is not { } along)
            return null;
        return context.Input(1).Shape.Rank == 1 && scales.Length == x[along]
            ? new LinearParameters(zeroPoint?.Type.Element, QuantParams.PerAxis(along, [.. scales.Select(s => (double)s)], [.. zeroPoints]))
            : Bad(context, x);
    }

    /// <summary>Scale and zero point of codes that a model has as an input, from the constants' values; null if they do not describe a whole tensor.</summary>
    public static QuantParams? OfTensor(OnnxValue? scale, OnnxValue? zeroPoint) =>
        scale?.Constant is { Type: { Element.IsFloat: true, Shape.ElementCount: 1 } } s && float.IsFinite(s.Floats[0]) && s.Floats[0] > 0
            && (zeroPoint is null || zeroPoint.Constant is { Type: { Element: { IsInteger: true, Bits: <= 32 }, Shape.ElementCount: 1 } })
            ? QuantParams.PerTensor(s.Floats[0], zeroPoint?.Constant!.Codes[0] ?? 0)
            : null;

    private static LinearParameters? Bad(NodeContext context, Shape x)
    {
        context.Report(ImportDiagnostics.BadQuantNode,
            $"scales [{context.Input(1).Shape}] and zero points [{context.Optional(2)?.Shape}] for [{x}] must be finite, positive, and one for the tensor or one for each index of one axis");
        return null;
    }
}
