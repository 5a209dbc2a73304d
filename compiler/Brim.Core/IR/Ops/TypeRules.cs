using System.Collections.Immutable;
using System.Globalization;
using Brim.Core.Diagnostics;
using Brim.Core.Numerics;

namespace Brim.Core.IR.Ops;

/// <summary>Checks of element types and quantization that several operators share; they report BRIM2002 and BRIM2004.</summary>
internal static class TypeRules
{
    private const int LargestShift = 30;

    /// <summary>Reports an element type mismatch.</summary>
    public static void Type(Node node, DiagnosticBag diagnostics, string message) =>
        diagnostics.Report(IrDiagnostics.TypeMismatch, node.Location, $"{node.Op.Mnemonic}: {message}");

    /// <summary>Reports quantization that the operator cannot compute with.</summary>
    public static void Quantization(Node node, DiagnosticBag diagnostics, string message) =>
        diagnostics.Report(IrDiagnostics.BadQuantization, node.Location, $"{node.Op.Mnemonic}: {message}");

    /// <summary>Types of a node's operands and then of its results; absent operands are left out.</summary>
    public static TensorType[] AllTypes(Graph graph, Node node) =>
        [.. node.Inputs.Where(id => id != Value.None).Concat(node.Outputs).Select(graph.TypeOf)];

    /// <summary>The one class of all types, or <see cref="OperandClass.Invalid"/> after a report.</summary>
    public static OperandClass Classify(Node node, DiagnosticBag diagnostics, params ReadOnlySpan<TensorType> types)
    {
        var first = types[0];
        var kind = first.Element.IsFloat ? OperandClass.Float : first.Quant is null ? OperandClass.Plain : OperandClass.Quantized;
        foreach (var type in types)
        {
            var fits = kind switch
            {
                OperandClass.Float => type.Element.IsFloat,
                OperandClass.Plain => type.Element == first.Element && type.Quant is null && type.Element.IsInteger,
                _ => type.Element.IsInteger && type.Element.Bits <= 32 && type.Quant is not null,
            };
            if (!fits)
            {
                Type(node, diagnostics, $"{first} and {type} do not go together");
                return OperandClass.Invalid;
            }
            if (kind == OperandClass.Quantized && !HasCodeForZero(node, diagnostics, type))
                return OperandClass.Invalid;
        }
        return kind;
    }

    /// <summary>As <see cref="Classify"/>, but plain integers are not accepted and codes have at most 16 bits.</summary>
    public static OperandClass ClassifyActivations(Node node, DiagnosticBag diagnostics, params ReadOnlySpan<TensorType> types)
    {
        var kind = Classify(node, diagnostics, types);
        foreach (var type in types)
        {
            if (kind != OperandClass.Plain && (kind != OperandClass.Quantized || type.Element.Bits <= 16))
                continue;
            Type(node, diagnostics, $"{type} is neither float nor a quantized activation");
            return OperandClass.Invalid;
        }
        return kind;
    }

    /// <summary>Reports operands and results that must share one element type and quantization but do not.</summary>
    public static void RequireEqual(Node node, DiagnosticBag diagnostics, ReadOnlySpan<TensorType> types)
    {
        foreach (var type in types[1..])
        {
            if (type.Element != types[0].Element)
                Type(node, diagnostics, $"{types[0].Element} and {type.Element} must be equal");
            else if (type.Quant is { } q && types[0].Quant is { } p && !p.Equals(q))
                Quantization(node, diagnostics, $"{p} and {q} must be equal");
        }
    }

    /// <summary>Reports a result whose scale (within a thousandth) or zero point is not the one that the operator defines.</summary>
    public static void RequireResult(Node node, DiagnosticBag diagnostics, TensorType y, double scale, long zeroPoint)
    {
        var quant = y.Quant!;
        if (Math.Abs(quant.Scale - scale) > 0.001 * scale || quant.ZeroPoint != zeroPoint)
        {
            Quantization(node, diagnostics,
                string.Create(CultureInfo.InvariantCulture, $"the result {y.Element} must have scale {scale:R} and zero point {zeroPoint}, not {quant}"));
        }
    }

    /// <summary>Reports a factor whose left shift leaves nothing of a 32-bit number; C does not even define it.</summary>
    public static void RequireFactor(Node node, DiagnosticBag diagnostics, QuantizedMultiplier factor)
    {
        if (factor.Shift > LargestShift)
            Quantization(node, diagnostics, string.Create(CultureInfo.InvariantCulture, $"codes are rescaled by {factor.Value:R}, which is too large"));
    }

    /// <summary>Checks an operator that keeps windows of its operand's bits.</summary>
    public static void VerifyWindows(Graph graph, Node node, DiagnosticBag diagnostics, params ReadOnlySpan<BitWindow?> windows)
    {
        var types = AllTypes(graph, node);
        if (ClassifyActivations(node, diagnostics, types) == OperandClass.Quantized)
            RequireEqual(node, diagnostics, types);
        foreach (var window in windows)
        {
            if (window is { IsValid: false })
                Quantization(node, diagnostics, $"the window {window} must have 1 to 16 bits at ascending places of 0 to 15, together at most 30");
        }
    }

    /// <summary>Checks an operator with weights; <paramref name="axis"/> is the weights' output channel dimension.</summary>
    public static void VerifyWeighted(
        Graph graph, Node node, DiagnosticBag diagnostics, int axis, Func<QuantParams, QuantParams, TensorType, ImmutableArray<Requantizer>> requantizers)
    {
        var (x, w, y) = (graph.TypeOf(node.Inputs[0]), graph.TypeOf(node.Inputs[1]), graph.TypeOf(node.Output));
        var bias = node.Inputs.Length > 2 && node.Inputs[2] != Value.None ? graph.TypeOf(node.Inputs[2]) : null;
        switch (ClassifyActivations(node, diagnostics, x, y))
        {
            case OperandClass.Float when !w.Element.IsFloat || bias is { Element.IsFloat: false }:
                Type(node, diagnostics, $"weights {w} and bias {bias} of a float operator must be float");
                return;
            case OperandClass.Quantized:
                break;
            default:
                return;
        }
        if (w is not { Element: { IsInteger: true, Bits: <= 8 }, Quant: not null })
            Type(node, diagnostics, $"weights {w} must have quantized codes of at most 8 bits");
        else if (w.Quant.ZeroPoints.Any(z => z != 0))
            Quantization(node, diagnostics, "weights must have zero point 0");
        else if (w.Quant.Scales.Length != 1 && (w.Quant.Axis != axis || w.Quant.Scales.Length != w.Shape[axis]))
            Quantization(node, diagnostics, $"weights {w} need one scale, or one for each index of dimension {axis}");
        else if (bias is not null && (!bias.Element.IsInteger || (bias.Element.Bits != 32 && (bias.Element.Bits != 64 || x.Element.Bits != 16))))
            Type(node, diagnostics, $"bias {bias} must have 32 bits, or 64 with 16-bit activations");
        else if (x.Element.Bits == 16 && (x.Quant!.ZeroPoint != 0 || y.Quant!.ZeroPoint != 0))
            Quantization(node, diagnostics, "16-bit activations must have zero point 0");
        else
            VerifyFactors(node, diagnostics, requantizers(x.Quant!, w.Quant, y), x.Element.Bits == 16 ? 7 : LargestShift);
    }

    private static void VerifyFactors(Node node, DiagnosticBag diagnostics, ImmutableArray<Requantizer> requantizers, int largestShift)
    {
        for (var c = 0; c < requantizers.Length; c++)
        {
            var factor = requantizers[c].Factor;
            if (factor.Shift > largestShift)
                Quantization(node, diagnostics, string.Create(CultureInfo.InvariantCulture, $"channel {c} is rescaled by {factor.Value:R}, which is too large"));
            else if (requantizers[c].Scheme == Requantization.PowerOfTwo && factor.Multiplier != 1 << 30)
                Quantization(node, diagnostics, string.Create(CultureInfo.InvariantCulture, $"channel {c} is rescaled by {factor.Value:R}, which is no power of two"));
            else
                continue;
            return;
        }
    }

    private static bool HasCodeForZero(Node node, DiagnosticBag diagnostics, TensorType type)
    {
        if (type.Quant!.IsPerTensor && type.Quant.ZeroPoint >= type.Element.MinCode && type.Quant.ZeroPoint <= type.Element.MaxCode)
            return true;
        Quantization(node, diagnostics, $"{type} needs one scale and a zero point among its codes");
        return false;
    }
}
