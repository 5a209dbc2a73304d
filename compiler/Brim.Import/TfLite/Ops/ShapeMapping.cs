namespace Brim.Import.TfLite.Ops;

/// <summary>SHAPE: known at import, since all shapes are.</summary>
internal sealed class ShapeMapping() : OperatorMapping(77, 1, BuiltinOptions.Shape)
{
    /// <inheritdoc/>
    public override void Map(OperatorContext context)
    {
        if (!context.HasOperands(1, 1) || !ActivationRules.IsSupported(context, IndexFolding.Elements, context.Output))
            return;
        var dimensions = context.Input(0).KnownType.Shape.Dimensions;
        // The shape of a tensor whose definition failed is not to be relied on.
        if (!context.Input(0).IsFailed)
            context.Fold(IndexArithmetic.Make(context.Output.KnownType.Element, [dimensions.Length], [.. dimensions.Select(d => (long)d)]));
    }
}
