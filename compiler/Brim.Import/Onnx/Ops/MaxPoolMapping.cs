using Brim.Core.IR.Ops;

namespace Brim.Import.Onnx.Ops;

/// <summary>MaxPool over images, without indices.</summary>
internal sealed class MaxPoolMapping() : NodeMapping("MaxPool", [.. WindowAttributes.Names, "ceil_mode", "storage_order"])
{
    /// <inheritdoc/>
    public override CodeUse CodeUse => CodeUse.Moves;

    /// <inheritdoc/>
    public override void Map(NodeContext context)
    {
        if (!context.HasOperands(1, 1) || context.Session.ChannelsLast(context.Input(0), context.Location) is not { } image)
            return;
        var shape = context.Input(0).Shape;
        if (WindowAttributes.Read(context, shape[2], shape[3]) is { } window)
            context.SetChannelsLast(context.Add(new MaxPool2D(window.Full, window.KernelHeight, window.KernelWidth, Activation.None), image));
    }
}
