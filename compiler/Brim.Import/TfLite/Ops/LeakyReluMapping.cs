using Brim.Core.IR.Ops;

namespace Brim.Import.TfLite.Ops;

/// <summary>LEAKY_RELU: alpha * x for negative x.</summary>
internal sealed class LeakyReluMapping() : OperatorMapping(98, 2, BuiltinOptions.LeakyRelu)
{
    private const int Alpha = 0;

    /// <inheritdoc/>
    public override void Map(OperatorContext context)
    {
        if (!context.HasOperands(1, 1))
            return;
        var alpha = context.Options.Single(Alpha);
        if (!float.IsFinite(alpha))
            context.UnsupportedOption(FormattableString.Invariant($"alpha is {alpha}"));
        if (ActivationRules.AreUniform(context, ActivationRules.Arithmetic, context.Input(0), context.Output) && float.IsFinite(alpha))
            context.Emit(new LeakyRelu(alpha), context.Input(0));
    }
}
