using System.Collections.Immutable;
using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Import.Onnx.QLinear;

/// <summary>
/// DequantizeLinear: y = (x - zero point) * scale, one scale or one for each index of an axis. Of stored codes: their real values, with the codes kept beside them. Of
/// codes that <see cref="QuantizeLinearMapping"/> made: the real values that the graph has already.
/// </summary>
internal sealed class DequantizeLinearMapping() : NodeMapping("DequantizeLinear", ["axis"])
{
    /// <inheritdoc/>
    public override CodeUse CodeUse => CodeUse.Reads;

    /// <inheritdoc/>
    public override void Map(NodeContext context)
    {
        if (!context.HasOperands(2, 3) || LinearParameters.Read(context, context.Input(0).Shape) is not { } parameters)
            return;
        var x = context.Input(0);
        if (x.CodeType is { } type)
        {
            if (type.Quant!.Scales.SequenceEqual(parameters.Quant.Scales) && type.Quant.ZeroPoints.SequenceEqual(parameters.Quant.ZeroPoints))
                context.Set(x with { CodeType = null });
            else
                context.Report(ImportDiagnostics.BadQuantNode, $"{x} was quantized with {type.Quant}, and is read with {parameters.Quant}");
            return;
        }
        if (context.Constant(0, "operand") is not { } codes)
            return;
        if (codes.Type.Element is not { IsInteger: true, Bits: <= 32 })
        {
            context.Report(ImportDiagnostics.UnsupportedOnnxType, $"{x} is {codes.Type.Element}, supported are integer codes of at most 32 bits");
            return;
        }
        if (RealValues(context, codes.WithType(codes.Type with { Quant = parameters.Quant })) is { } value)
            context.Set(value);
    }

    /// <summary>The real values of codes, as a constant with its codes; null, reported, past the limits.</summary>
    public static OnnxValue? RealValues(NodeContext context, Tensor codes)
    {
        var real = new TensorType(ElementType.Float32, codes.Type.Shape);
        if (!context.Session.Budget.Charge(real, context.Location))
            return null;
        var evaluation = new EvaluationContext([codes], [real]);
        new Dequantize().Evaluate(evaluation);
        return new OnnxValue(context.Name, codes.Type.Shape) { Constant = evaluation.Outputs[0], Codes = Centred(codes) };
    }

    // Layers have weights with zero point 0: codes with another one are counted from it, where that fits their width.
    private static Tensor? Centred(Tensor codes)
    {
        var (type, quant) = (codes.Type, codes.Type.Quant!);
        if (quant.ZeroPoints.All(z => z == 0))
            return codes;
        var inner = quant.Axis is { } axis ? type.Shape.Strides()[axis] : 1;
        var moved = new int[codes.Codes.Length];
        var element = ElementType.Signed(type.Element.Bits);
        for (var i = 0; i < moved.Length; i++)
        {
            var code = (long)codes.Codes[i] - quant.ZeroPoints[(int)(i / inner % quant.ZeroPoints.Length)];
            if (code < element.MinCode || code > element.MaxCode)
                return codes;
            moved[i] = (int)code;
        }
        ImmutableArray<int> zeros = [.. new int[quant.ZeroPoints.Length]];
        return Tensor.FromCodes(new TensorType(element, type.Shape, quant.Axis is { } a ? QuantParams.PerAxis(a, quant.Scales, zeros) : QuantParams.PerTensor(quant.Scale)), moved);
    }
}
