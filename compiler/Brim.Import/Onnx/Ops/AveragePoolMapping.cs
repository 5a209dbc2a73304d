using Brim.Core.IR.Ops;

namespace Brim.Import.Onnx.Ops;

/// <summary>AveragePool over images. Padding that counts becomes a Pad before the pool; padding that rounding up adds never counts.</summary>
internal sealed class AveragePoolMapping() : NodeMapping("AveragePool", [.. WindowAttributes.Names, "ceil_mode", "count_include_pad"])
{
    /// <inheritdoc/>
    public override void Map(NodeContext context)
    {
        if (!context.HasOperands(1, 1) || context.Session.ChannelsLast(context.Input(0), context.Location) is not { } image)
            return;
        var shape = context.Input(0).Shape;
        if (WindowAttributes.Read(context, shape[2], shape[3]) is not { } attributes)
            return;
        var window = attributes.Full;
        int? x = image;
        if (context.Int("count_include_pad", 0) != 0 && !attributes.Window.IsUnpadded)
        {
            var w = attributes.Window;
            x = context.Add(new Pad([0, w.PadTop, w.PadLeft, 0], [0, w.PadBottom, w.PadRight, 0], 0), x);
            window = window with { PadTop = 0, PadLeft = 0, PadBottom = attributes.ExtraHeight, PadRight = attributes.ExtraWidth };
        }
        context.SetChannelsLast(context.Add(new AveragePool2D(window, attributes.KernelHeight, attributes.KernelWidth, Activation.None), x));
    }
}
