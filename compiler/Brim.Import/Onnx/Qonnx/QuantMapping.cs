using System.Collections.Immutable;
using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Import.Onnx.Qonnx;

/// <summary>
/// Quant of QONNX: y = (clip(round(x / scale + zeropt), min, max) - zeropt) * scale. Of a constant: its codes are kept beside its values.
/// Of an activation: <see cref="Quantize"/> and <see cref="Dequantize"/>; the float layers between them become integer where that is exact.
/// </summary>
internal sealed class QuantMapping(string name) : NodeMapping(name, ["narrow", "rounding_mode", "signed"], OperatorSet.Qonnx)
{
    /// <inheritdoc/>
    public override void Map(NodeContext context)
    {
        if (!context.HasOperands(4, 4) || !context.IsFloat(context.Input(0)) || ReadParameters(context) is not { } parameters)
            return;
        if (context.Input(0).IsConstant)
            MapConstant(context, parameters);
        else
            MapActivation(context, parameters);
    }

    private static QuantNodeParameters? ReadParameters(NodeContext context)
    {
        var x = context.Input(0).Shape;
        if (context.ConstantFloats(1, "scale") is not { } scales || Numbers(context, 2, "zero point") is not { } zeroPoints || Numbers(context, 3, "bit width") is not { } bits)
            return null;
        var rounding = context.Text("rounding_mode", "ROUND").ToUpperInvariant();
        var axis = AxisOf(context.Input(1).Shape, x);
        if (bits.Length == 0 || bits.Any(b => b != bits[0]) || bits[0] is not (>= 1 and <= 32) || bits[0] != Math.Floor(bits[0]))
            Bad($"the bit width [{string.Join(',', bits.Take(4))}] must be one whole number of 1 to 32");
        else if (zeroPoints.Length == 0 || zeroPoints.Any(z => z != zeroPoints[0]) || Math.Abs(zeroPoints[0]) > int.MaxValue || zeroPoints[0] != Math.Floor(zeroPoints[0]))
            Bad("the zero point must be one whole number");
        else if (axis is null || scales.Any(s => !float.IsFinite(s) || s <= 0))
            Bad($"scales [{context.Input(1).Shape}] for {context.Input(0)} [{x}] must be finite and positive, one for the tensor or one for each index of one dimension");
        else if (rounding is not ("ROUND" or "HALF_EVEN" or "CEIL" or "FLOOR"))
            context.UnsupportedOption($"rounding_mode '{rounding}' is not supported, supported are ROUND, and CEIL and FLOOR of constants");
        else
            return new QuantNodeParameters(scales, axis.Value, (int)zeroPoints[0], (int)bits[0], context.Int("signed", 1) != 0, context.Int("narrow", 0) != 0, rounding)
            {
                NotedScales = context.Session.Metadata.ScalesOf(context.Input(1).Name, scales),
            };
        return null;

        void Bad(string message) => context.Report(ImportDiagnostics.BadQuantNode, message);
    }

    // -1: one scale; null: scales vary along several dimensions or do not fit.
    private static int? AxisOf(Shape scale, Shape x)
    {
        if (scale.ElementCount == 1)
            return -1;
        if (scale.Rank != x.Rank)
            return null;
        var varying = Enumerable.Range(0, x.Rank).Where(d => scale[d] != 1).ToList();
        return varying.Count == 1 && scale[varying[0]] == x[varying[0]] ? varying[0] : null;
    }

    private static double[]? Numbers(NodeContext context, int index, string role)
    {
        if (context.Constant(index, role) is not { } constant)
            return null;
        return constant.Type.Element.IsFloat
            ? [.. constant.Floats.Select(v => (double)v)]
            : [.. Enumerable.Range(0, (int)constant.Type.Shape.ElementCount).Select(i => (double)constant.CodeAt(i))];
    }

    private static void MapConstant(NodeContext context, QuantNodeParameters p)
    {
        var x = context.Input(0).Constant!;
        if (!context.Session.Budget.Charge(x.Type, context.Location) || !context.Session.Budget.Charge(x.Type, context.Location))
            return;
        var (codes, values) = (new int[x.Floats.Length], new float[x.Floats.Length]);
        var inner = p.Axis < 0 ? 1 : x.Type.Shape.Strides()[p.Axis];
        for (var i = 0; i < codes.Length; i++)
        {
            var scale = p.Scales[p.Axis < 0 ? 0 : i / inner % p.Scales.Length];
            codes[i] = p.CodeOf(x.Floats[i], scale);
            values[i] = (float)((long)codes[i] - p.ZeroPoint) * scale;
        }
        Tensor? coded = null;
        if (p.Bits is <= 8 or 16 or 32)
        {
            // An unsigned 32-bit code would not fit the storage of codes.
            var element = p.IsSigned ? ElementType.Signed(p.Bits) : p.Bits < 32 ? ElementType.Unsigned(p.Bits) : ElementType.Int32;
            coded = Tensor.FromCodes(new TensorType(element, x.Type.Shape, p.Quant()), codes);
        }
        context.SetConstant(Tensor.FromFloats(x.Type with { Quant = null }, values), coded);
    }

    private static void MapActivation(NodeContext context, QuantNodeParameters p)
    {
        var x = context.Input(0);
        if (p.Axis >= 0 || p.Bits is > 8 and not 16 || p.ZeroPoint < p.Min || p.ZeroPoint > p.Max)
        {
            context.Report(ImportDiagnostics.BadQuantNode,
                $"{p.Bits} bits with {p.Scales.Length} scales and zero point {p.ZeroPoint}; activations have 1 to 8 or 16 bits, one scale, and a zero point among their codes");
            return;
        }
        if (p.Rounding is "CEIL" or "FLOOR")
        {
            context.UnsupportedOption($"rounding_mode '{p.Rounding}' of an activation is not supported, supported is ROUND");
            return;
        }
        var element = p.IsSigned ? ElementType.Signed(p.Bits) : ElementType.Unsigned(p.Bits);
        var source = p.IsNarrow ? Narrowed(context, x.Id, p) : x.Id;
        if (source is not { } id)
            return;
        context.Set(context.AddCodes(id, new TensorType(element, x.Shape, p.Quant())), x.Shape, x.Order, x.Image);
    }

    // The narrow range leaves out one code: values are limited before they are quantized.
    private static int? Narrowed(NodeContext context, int x, QuantNodeParameters p)
    {
        var (low, high) = ((p.Min - p.ZeroPoint) * (double)p.Scales[0], (p.Max - p.ZeroPoint) * (double)p.Scales[0]);
        if (low == -1 && high == 1)
            return context.Add(new UnaryActivation(Activation.ReluN1To1), x);
        var limit = context.Session.AddConstant(context.Name + "/limit",
            Tensor.FromFloats(new TensorType(ElementType.Float32, Shape.Scalar), [(float)(p.IsSigned ? low : high)]));
        var distance = p.IsSigned ? context.Add(new Sub(Activation.None), x, limit) : context.Add(new Sub(Activation.None), limit, x);
        var kept = context.Add(new UnaryActivation(Activation.Relu), distance);
        return p.IsSigned ? context.Add(new Add(Activation.None), kept, limit) : context.Add(new Sub(Activation.None), limit, kept);
    }
}
