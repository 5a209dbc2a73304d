using Brim.Core.IR.Ops;

namespace Brim.Import.Onnx.Ops;

/// <summary>Sigmoid: 1 / (1 + exp(-x)).</summary>
internal sealed class SigmoidMapping() : NodeMapping("Sigmoid", [])
{
    /// <inheritdoc/>
    public override void Map(NodeContext context)
    {
        if (context.HasOperands(1, 1))
            Elementwise.Unary(context, new Logistic(), context.Input(0));
    }
}
