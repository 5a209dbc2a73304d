using System.Collections.Immutable;

namespace Brim.Import.TfLite.Ops;

/// <summary>PACK of integer constants: stacks them along a new axis.</summary>
internal sealed class PackMapping() : OperatorMapping(83, 4, BuiltinOptions.Pack)
{
    private const int ValuesCount = 0, Axis = 1;

    /// <inheritdoc/>
    public override void Map(OperatorContext context)
    {
        if (!context.HasOperands(context.InputCount, int.MaxValue) || !IndexFolding.IsApplicable(context))
            return;
        ImmutableArray<ImportedTensor> inputs = [.. context.PresentInputs];
        var shape = inputs[0].KnownType.Shape;
        var axis = context.Options.Int32(Axis);
        axis = axis < 0 ? axis + shape.Rank + 1 : axis;
        if (context.Options.Int32(ValuesCount) != inputs.Length || axis < 0 || axis > shape.Rank || inputs.Any(t => t.KnownType.Shape != shape))
        {
            context.Report(ImportDiagnostics.BadOperands, $"{inputs.Length} operands of shape [{shape}] cannot be stacked as {context.Options.Int32(ValuesCount)} along axis {axis}");
            return;
        }
        IndexFolding.FoldStack(context, inputs, axis);
    }
}
