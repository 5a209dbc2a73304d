using System.Collections.Immutable;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Import.TfLite.Wire;

namespace Brim.Import.TfLite;

/// <summary>Reads and checks the quantization parameters of a tensor.</summary>
internal static class QuantizationReader
{
    /// <summary>
    /// The parameters of a tensor, null where it has none (floats, plain integers). False, reported as BRIM1009, where they are not valid:
    /// scales finite and positive, as many zero points as scales, each within the codes of the type, and a number of scales that fits the axis.
    /// </summary>
    public static bool TryRead(FlatTable tensor, ElementType element, Shape shape, SourceLocation location, DiagnosticBag diagnostics, out QuantParams? quant)
    {
        quant = null;
        var table = tensor.Table(TfLiteFields.Tensor.Quantization, "quantization parameters");
        if (!table.IsPresent || !element.IsInteger)
            return true;
        if (table.UInt8(TfLiteFields.Quantization.DetailsType) != 0)
        {
            diagnostics.Report(ImportDiagnostics.UnsupportedFeature, location, "the tensor has custom quantization details");
            return false;
        }
        var scales = table.Singles(TfLiteFields.Quantization.Scale, "quantization scales") ?? [];
        if (scales.Length == 0)
            return true;
        var zeroPoints = table.Int64s(TfLiteFields.Quantization.ZeroPoint, "quantization zero points") ?? [];
        // Older converters give the bias, a vector, the axis of the weights; a vector leaves no choice.
        var axis = shape.Rank == 1 ? 0 : table.Int32(TfLiteFields.Quantization.QuantizedDimension);
        if (Problem(scales, zeroPoints, axis, element, shape) is { } problem)
        {
            diagnostics.Report(ImportDiagnostics.BadQuantization, location, problem);
            return false;
        }
        quant = scales.Length == 1
            ? QuantParams.PerTensor(scales[0], (int)zeroPoints[0])
            : QuantParams.PerAxis(axis, [.. scales.Select(s => (double)s)],
                [.. Enumerable.Range(0, scales.Length).Select(i => (int)zeroPoints[zeroPoints.Length == 1 ? 0 : i])]);
        return true;
    }

    private static string? Problem(float[] scales, long[] zeroPoints, int axis, ElementType element, Shape shape)
    {
        for (var i = 0; i < scales.Length; i++)
        {
            if (!float.IsFinite(scales[i]) || scales[i] <= 0)
                return FormattableString.Invariant($"scale {i} is {scales[i]}: scales must be finite and greater than 0");
        }
        if (zeroPoints.Length != scales.Length && zeroPoints.Length != 1)
            return $"{scales.Length} scales, but {zeroPoints.Length} zero points";
        foreach (var zeroPoint in zeroPoints)
        {
            if (zeroPoint < element.MinCode || zeroPoint > element.MaxCode || zeroPoint != (int)zeroPoint)
                return $"zero point {zeroPoint} is not a code of {element}";
        }
        if (scales.Length > 1 && (axis < 0 || axis >= shape.Rank || shape[axis] != scales.Length))
            return $"{scales.Length} scales along dimension {axis} of [{shape}]";
        return null;
    }
}
