namespace Brim.Import.TfLite.Ops;

/// <summary>CAST between int32 and int64 constants.</summary>
internal sealed class CastMapping() : OperatorMapping(53, 7, BuiltinOptions.Cast)
{
    /// <inheritdoc/>
    public override void Map(OperatorContext context)
    {
        if (context.HasOperands(1, 1) && IndexFolding.IsApplicable(context) && context.Integers(0, "operand") is { } elements)
            context.Fold(IndexArithmetic.Make(context.Output.KnownType.Element, context.Input(0).KnownType.Shape, elements.AsSpan()));
    }
}
