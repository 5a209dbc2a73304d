using Brim.Core.IR.Ops;

namespace Brim.Import.TfLite.Ops;

/// <summary>RELU, RELU6 and RELU_N1_TO_1 as operators of their own; integer operands are rescaled where the quantization changes.</summary>
internal abstract class UnaryActivationMapping(int code, int maxVersion, Activation activation) : OperatorMapping(code, maxVersion, BuiltinOptions.None)
{
    /// <inheritdoc/>
    public override void Map(OperatorContext context)
    {
        if (context.HasOperands(1, 1) && ActivationRules.AreUniform(context, ActivationRules.Arithmetic, context.Input(0), context.Output))
            context.Emit(new UnaryActivation(activation), context.Input(0));
    }
}
