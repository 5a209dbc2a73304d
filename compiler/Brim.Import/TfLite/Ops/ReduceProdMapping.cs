namespace Brim.Import.TfLite.Ops;

/// <summary>REDUCE_PROD of integer constants.</summary>
internal sealed class ReduceProdMapping() : OperatorMapping(81, 2, BuiltinOptions.Reducer)
{
    private const int KeepDimensions = 0;

    /// <inheritdoc/>
    public override void Map(OperatorContext context)
    {
        if (!context.HasOperands(2, 2) || !IndexFolding.IsApplicable(context))
            return;
        if (OperandShapes.Axes(context, 1, context.Input(0).KnownType.Shape.Rank) is { } axes && context.Constant(0, "operand") is { } values)
            IndexFolding.FoldProduct(context, values, axes, context.Options.Bool(KeepDimensions));
    }
}
