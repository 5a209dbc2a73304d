namespace Brim.Import.Onnx.Ops;

/// <summary>Identity.</summary>
internal sealed class IdentityMapping() : NodeMapping("Identity", [])
{
    /// <inheritdoc/>
    public override CodeUse CodeUse => CodeUse.Moves;

    /// <inheritdoc/>
    public override void Map(NodeContext context)
    {
        if (context.HasOperands(1, 1))
            context.Set(context.Input(0));
    }
}
