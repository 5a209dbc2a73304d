using Brim.Core.IR.Ops;

namespace Brim.Import.Onnx.Ops;

/// <summary>GlobalAveragePool over images.</summary>
internal sealed class GlobalAveragePoolMapping() : NodeMapping("GlobalAveragePool", [])
{
    /// <inheritdoc/>
    public override void Map(NodeContext context)
    {
        if (context.HasOperands(1, 1) && context.Session.ChannelsLast(context.Input(0), context.Location) is { } image)
            context.SetChannelsLast(context.Add(new Mean([1, 2], true), image));
    }
}
