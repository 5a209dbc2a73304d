namespace Brim.Import.TfLite.Ops;

/// <summary>STRIDED_SLICE: input, begin, end and strides, constants, with the masks of the options.</summary>
internal sealed class StridedSliceMapping() : OperatorMapping(45, 8, BuiltinOptions.StridedSlice)
{
    private const int BeginMask = 0, EndMask = 1, EllipsisMask = 2, NewAxisMask = 3, ShrinkAxisMask = 4, Offset = 5;

    /// <inheritdoc/>
    public override void Map(OperatorContext context)
    {
        if (!context.HasOperands(4, 4))
            return;
        var sound = ActivationRules.AreMoved(context, context.Input(0), context.Output);
        var (begin, end, strides) = (context.Integers(1, "begin"), context.Integers(2, "end"), context.Integers(3, "strides"));
        if (begin is null || end is null || strides is null)
            return;
        var options = context.Options;
        var bounds = new SliceBounds(begin.Value, end.Value, strides.Value, options.Int32(BeginMask), options.Int32(EndMask), options.Int32(EllipsisMask),
            options.Int32(NewAxisMask), options.Int32(ShrinkAxisMask), options.Bool(Offset));
        if (bounds.Resolve(context.Input(0).KnownType.Shape, out var problem) is not { } slice)
            context.Report(ImportDiagnostics.BadOperands, $"{problem} (slice of {context.Input(0)} [{context.Input(0).KnownType.Shape}])");
        else if (sound && context.Input(0).IsConstant && IndexArithmetic.Applies(context))
            IndexFolding.FoldSlice(context, slice);
        else if (sound)
            context.Emit(slice, context.Input(0));
    }
}
