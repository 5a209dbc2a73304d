using Brim.Core.IR.Ops;

namespace Brim.Import.TfLite.Ops;

/// <summary>MEAN: input and the axes, a constant; negative axes count from the end.</summary>
internal sealed class MeanMapping() : OperatorMapping(40, 3, BuiltinOptions.Reducer)
{
    private const int KeepDimensions = 0;

    /// <inheritdoc/>
    public override void Map(OperatorContext context)
    {
        if (!context.HasOperands(2, 2))
            return;
        var sound = ActivationRules.AreUniform(context, ActivationRules.Arithmetic, context.Input(0), context.Output);
        if (OperandShapes.Axes(context, 1, context.Input(0).KnownType.Shape.Rank) is { } axes && sound)
            context.Emit(new Mean(axes, context.Options.Bool(KeepDimensions)), context.Input(0));
    }
}
