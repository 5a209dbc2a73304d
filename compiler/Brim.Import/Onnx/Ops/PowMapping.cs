namespace Brim.Import.Onnx.Ops;

/// <summary>Pow of constants.</summary>
internal sealed class PowMapping() : NodeMapping("Pow", [])
{
    /// <inheritdoc/>
    public override void Map(NodeContext context)
    {
        if (context.HasOperands(2, 2))
            ConstantArithmetic.Fold(context, Math.Pow, (_, _) => null);
    }
}
