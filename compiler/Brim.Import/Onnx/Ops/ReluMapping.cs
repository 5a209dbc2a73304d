using Brim.Core.IR.Ops;

namespace Brim.Import.Onnx.Ops;

/// <summary>Relu: max(x, 0).</summary>
internal sealed class ReluMapping() : NodeMapping("Relu", [])
{
    /// <inheritdoc/>
    public override void Map(NodeContext context)
    {
        if (context.HasOperands(1, 1))
            Elementwise.Unary(context, new UnaryActivation(Activation.Relu), context.Input(0));
    }
}
