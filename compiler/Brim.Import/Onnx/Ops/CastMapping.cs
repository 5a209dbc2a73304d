using Brim.Core.IR;

namespace Brim.Import.Onnx.Ops;

/// <summary>Cast of a constant; of an activation, which is float, only to float.</summary>
internal sealed class CastMapping() : NodeMapping("Cast", ["to", "saturate"])
{
    /// <inheritdoc/>
    public override void Map(NodeContext context)
    {
        if (!context.HasOperands(1, 1))
            return;
        var to = (OnnxTensorType)context.Int("to", 0);
        var x = context.Input(0);
        if (!Enum.IsDefined(to) || TensorReader.ElementOf(to) is not { Bits: >= 32 } element || (x.Constant is null && !element.IsFloat))
        {
            context.Report(ImportDiagnostics.UnsupportedOnnxType, $"a cast of {x} to {to} is not supported");
            return;
        }
        if (x.Constant is not { } constant || constant.Type.Element == element)
            context.Set(x);
        else if (context.Session.Budget.Charge(constant.Type with { Element = element, Quant = null }, context.Location))
        {
            // Biases of 64 bits are stated as codes, cast and multiplied by their scales.
            context.SetConstant(Converted(constant, element), element.IsFloat && constant.Type.Element == ElementType.Int64 ? constant : null);
        }
    }

    private static Tensor Converted(Tensor from, ElementType element)
    {
        var result = Tensor.Zeros(new TensorType(element, from.Type.Shape));
        for (var i = 0; i < from.Type.Shape.ElementCount; i++)
        {
            if (element.IsFloat)
                result.Floats[i] = from.CodeAt(i);
            else if (element.Bits == 64)
                result.WideCodes[i] = from.Type.Element.IsFloat ? (long)from.Floats[i] : from.CodeAt(i);
            else
                result.Codes[i] = from.Type.Element.IsFloat ? (int)from.Floats[i] : (int)from.CodeAt(i);
        }
        return result;
    }
}
