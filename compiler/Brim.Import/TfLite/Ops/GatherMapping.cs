namespace Brim.Import.TfLite.Ops;

/// <summary>GATHER of integer constants.</summary>
internal sealed class GatherMapping() : OperatorMapping(36, 7, BuiltinOptions.Gather)
{
    private const int Axis = 0, BatchDimensions = 1;

    /// <inheritdoc/>
    public override void Map(OperatorContext context)
    {
        if (!context.HasOperands(2, 2) || !IndexFolding.IsApplicable(context))
            return;
        var shape = context.Input(0).KnownType.Shape;
        var axis = context.Options.Int32(Axis);
        axis = axis < 0 ? axis + shape.Rank : axis;
        if (context.Options.Int32(BatchDimensions) != 0 || axis < 0 || axis >= shape.Rank)
            context.UnsupportedOption($"axis {context.Options.Int32(Axis)} with {context.Options.Int32(BatchDimensions)} batch dimensions of [{shape}]");
        else if (context.Constant(0, "operand") is { } values && context.Integers(1, "indices") is { } indices)
            IndexFolding.FoldGather(context, values, indices, axis);
    }
}
