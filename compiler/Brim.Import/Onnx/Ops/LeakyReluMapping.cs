using Brim.Core.IR.Ops;

namespace Brim.Import.Onnx.Ops;

/// <summary>LeakyRelu: x, or alpha * x for negative x.</summary>
internal sealed class LeakyReluMapping() : NodeMapping("LeakyRelu", ["alpha"])
{
    /// <inheritdoc/>
    public override void Map(NodeContext context)
    {
        if (!context.HasOperands(1, 1))
            return;
        var alpha = context.Float("alpha", 0.01f);
        if (float.IsFinite(alpha))
            Elementwise.Unary(context, new LeakyRelu(alpha), context.Input(0));
        else
            context.UnsupportedOption("alpha is not finite");
    }
}
