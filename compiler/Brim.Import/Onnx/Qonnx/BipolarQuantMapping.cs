using Brim.Core.IR;

namespace Brim.Import.Onnx.Qonnx;

/// <summary>
/// BipolarQuant of QONNX on constants: scale for values of at least 0, -scale below. The codes +1 and -1 need two bits of two's complement.
/// </summary>
internal sealed class BipolarQuantMapping() : NodeMapping("BipolarQuant", [], OperatorSet.Qonnx)
{
    /// <inheritdoc/>
    public override void Map(NodeContext context)
    {
        if (!context.HasOperands(2, 2) || context.ConstantFloats(0, "operand") is not { } values || context.ConstantFloats(1, "scale") is not { } scales)
            return;
        if (scales.Length != 1 || !float.IsFinite(scales[0]) || scales[0] <= 0)
        {
            context.Report(ImportDiagnostics.BadQuantNode, $"the {scales.Length} scales must be one that is finite and positive");
            return;
        }
        var type = context.Input(0).Constant!.Type;
        if (!context.Session.Budget.Charge(type, context.Location) || !context.Session.Budget.Charge(type, context.Location))
            return;
        var codes = Array.ConvertAll(values, v => v >= 0 ? 1 : -1);
        context.SetConstant(Tensor.FromFloats(type, Array.ConvertAll(codes, c => c * scales[0])),
            Tensor.FromCodes(new TensorType(ElementType.Signed(2), type.Shape, QuantParams.PerTensor(scales[0])), codes));
    }
}
