using Brim.Core.IR.Ops;

namespace Brim.Import.Onnx.Ops;

/// <summary>Add; a constant for each output channel that is added to a layer without bias becomes its bias.</summary>
internal sealed class AddMapping() : BinaryMapping("Add", () => new Add(Activation.None))
{
    /// <inheritdoc/>
    protected override bool IsFused(NodeContext context)
    {
        var (x, bias) = context.Input(0).IsConstant ? (context.Input(1), context.Input(0)) : (context.Input(0), context.Input(1));
        if (bias.Constant is not { Type.Element.IsFloat: true } constant || FoldableLayer.Before(context, x) is not { } layer || layer.HasBias)
            return false;
        if (layer.PerChannel(constant, x) is not { } values)
            return false;
        layer.SetBias(context, x, values, layer.PerChannelCodes(bias.Codes, constant));
        return true;
    }
}
