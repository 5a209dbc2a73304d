using Brim.Core.IR;

namespace Brim.Import.Onnx.Ops;

/// <summary>Sqrt of a constant.</summary>
internal sealed class SqrtMapping() : NodeMapping("Sqrt", [])
{
    /// <inheritdoc/>
    public override void Map(NodeContext context)
    {
        if (context.HasOperands(1, 1) && context.ConstantFloats(0, "operand") is { } values && context.Session.Budget.Charge(context.Input(0).Constant!.Type, context.Location))
            context.SetConstant(Tensor.FromFloats(context.Input(0).Constant!.Type, Array.ConvertAll(values, MathF.Sqrt)));
    }
}
