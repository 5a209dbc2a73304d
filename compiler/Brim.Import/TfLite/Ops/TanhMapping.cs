using Brim.Core.IR.Ops;

namespace Brim.Import.TfLite.Ops;

/// <summary>TANH: hyperbolic tangent, with a result of fixed quantization.</summary>
internal sealed class TanhMapping() : OperatorMapping(28, 3, BuiltinOptions.None)
{
    /// <inheritdoc/>
    public override void Map(OperatorContext context)
    {
        if (context.HasOperands(1, 1)
            && ActivationRules.AreUniform(context, ActivationRules.Arithmetic, context.Input(0), context.Output)
            && ActivationRules.HasFixedQuantization(context, context.Output, 1.0 / 128, 0, 1.0 / 32768))
        {
            context.Emit(new Tanh(), context.Input(0));
        }
    }
}
