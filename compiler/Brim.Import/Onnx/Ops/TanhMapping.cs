using Brim.Core.IR.Ops;

namespace Brim.Import.Onnx.Ops;

/// <summary>Tanh: hyperbolic tangent.</summary>
internal sealed class TanhMapping() : NodeMapping("Tanh", [])
{
    /// <inheritdoc/>
    public override void Map(NodeContext context)
    {
        if (context.HasOperands(1, 1))
            Elementwise.Unary(context, new Tanh(), context.Input(0));
    }
}
