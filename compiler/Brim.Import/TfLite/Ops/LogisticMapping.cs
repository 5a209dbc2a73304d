using Brim.Core.IR.Ops;

namespace Brim.Import.TfLite.Ops;

/// <summary>LOGISTIC: sigmoid, with a result of fixed quantization.</summary>
internal sealed class LogisticMapping() : OperatorMapping(14, 3, BuiltinOptions.None)
{
    /// <inheritdoc/>
    public override void Map(OperatorContext context)
    {
        if (context.HasOperands(1, 1)
            && ActivationRules.AreUniform(context, ActivationRules.Arithmetic, context.Input(0), context.Output)
            && ActivationRules.HasFixedQuantization(context, context.Output, 1.0 / 256, -128, 1.0 / 32768))
        {
            context.Emit(new Logistic(), context.Input(0));
        }
    }
}
