namespace Brim.Import.Onnx.Ops;

/// <summary>Dropout of inference: nothing.</summary>
internal sealed class DropoutMapping() : NodeMapping("Dropout", ["ratio", "seed"])
{
    /// <inheritdoc/>
    public override void Map(NodeContext context)
    {
        if (!context.HasOperands(1, 3))
            return;
        if (context.Optional(2) is not null && (context.Constant(2, "training mode") is not { Type.Element.IsFloat: false } mode || mode.Type.Shape.ElementCount != 1 || mode.CodeAt(0) != 0))
            context.UnsupportedOption("training_mode is not 0; export the model for inference");
        else
            context.Set(context.Input(0));
    }
}
