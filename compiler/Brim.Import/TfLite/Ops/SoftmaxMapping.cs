using Brim.Core.IR.Ops;

namespace Brim.Import.TfLite.Ops;

/// <summary>SOFTMAX along the last dimension.</summary>
internal sealed class SoftmaxMapping() : OperatorMapping(25, 3, BuiltinOptions.Softmax)
{
    private const int Beta = 0;

    /// <inheritdoc/>
    public override void Map(OperatorContext context)
    {
        if (!context.HasOperands(1, 1))
            return;
        var beta = context.Options.Single(Beta);
        var sound = float.IsFinite(beta) && beta > 0;
        if (!sound)
            context.UnsupportedOption(FormattableString.Invariant($"beta is {beta}; it must be greater than 0"));
        sound &= ActivationRules.AreUniform(context, ActivationRules.Arithmetic, context.Input(0), context.Output)
            && ActivationRules.HasFixedQuantization(context, context.Output, 1.0 / 256, -128, 1.0 / 32768);
        if (sound)
            context.Emit(new Softmax(beta), context.Input(0));
    }
}
