using Brim.Core.IR;

namespace Brim.Import.Onnx.Ops;

/// <summary>Shape: known at import.</summary>
internal sealed class ShapeMapping() : NodeMapping("Shape", [])
{
    /// <inheritdoc/>
    public override void Map(NodeContext context)
    {
        if (context.HasOperands(1, 1))
            context.SetConstant(Tensor.FromWideCodes(new TensorType(ElementType.Int64, [context.Input(0).Shape.Rank]), [.. context.Input(0).Shape.Select(d => (long)d)]));
    }
}
