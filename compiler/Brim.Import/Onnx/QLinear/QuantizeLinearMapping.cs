using System.Collections.Immutable;
using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Import.Onnx.QLinear;

/// <summary>
/// QuantizeLinear: y = saturate(round(x / scale) + zero point), ties to even. Of a constant: its codes, computed at import. Of an activation: <see cref="Quantize"/>,
/// and the real values of its codes by <see cref="Dequantize"/>; what lies between such pairs becomes integer.
/// </summary>
internal sealed class QuantizeLinearMapping() : NodeMapping("QuantizeLinear", ["axis", "output_dtype", "saturate"])
{
    /// <inheritdoc/>
    public override void Map(NodeContext context)
    {
        if (!context.HasOperands(2, 3) || !context.IsFloat(context.Input(0)) || LinearParameters.Read(context, context.Input(0).Shape) is not { } parameters)
            return;
        if (TypeOfCodes(context, parameters) is not { } element)
            return;
        if (parameters.Quant.ZeroPoints.Any(z => z < element.MinCode || z > element.MaxCode))
        {
            context.Report(ImportDiagnostics.BadQuantNode, $"zero points must be codes of {element}");
            return;
        }
        var x = context.Input(0);
        if (x.Constant is { } constant)
            MapConstant(context, constant, new TensorType(element, constant.Type.Shape, parameters.Quant));
        else if (parameters.Quant.IsPerTensor)
            MapActivation(context, x, new TensorType(element, x.Shape, parameters.Quant));
        else
            context.Report(ImportDiagnostics.BadQuantNode, $"{x} is an activation with {parameters.Quant.Scales.Length} scales; activations have one scale");
    }

    private static ElementType? TypeOfCodes(NodeContext context, LinearParameters parameters)
    {
        var stated = (OnnxTensorType)context.Int("output_dtype", 0);
        var element = parameters.Element ?? (stated == OnnxTensorType.Undefined ? ElementType.UInt8 : TensorReader.ElementOf(stated));
        if (element is { IsInteger: true, Bits: <= 8 or 16 })
            return element;
        context.Report(ImportDiagnostics.UnsupportedOnnxType, $"codes are {(element is null ? stated : element)}, supported are integers of 2, 4, 8 and 16 bits");
        return null;
    }

    private static void MapConstant(NodeContext context, Tensor x, TensorType type)
    {
        if (!context.Session.Budget.Charge(type, context.Location))
            return;
        var (codes, quant) = (new int[x.Floats.Length], type.Quant!);
        var inner = quant.Axis is { } axis ? type.Shape.Strides()[axis] : 1;
        for (var i = 0; i < codes.Length; i++)
        {
            var c = (int)(i / inner % quant.Scales.Length);
            var code = Math.Clamp((double)MathF.Round(x.Floats[i] / (float)quant.Scales[c], MidpointRounding.ToEven) + quant.ZeroPoints[c], type.Element.MinCode, type.Element.MaxCode);
            codes[i] = double.IsNaN(code) ? quant.ZeroPoints[c] : (int)code;
        }
        if (DequantizeLinearMapping.RealValues(context, Tensor.FromCodes(type, codes)) is { } value)
            context.Set(value with { CodeType = type });
    }

    private static void MapActivation(NodeContext context, OnnxValue x, TensorType type)
    {
        context.Session.HasLinearCodes = true;
        if (context.AddCodes(x.Id, type) is { } id)
            context.Set(new OnnxValue(x.Name, x.Shape) { Id = id, Order = x.Order, Image = x.Image, CodeType = type });
    }
}
