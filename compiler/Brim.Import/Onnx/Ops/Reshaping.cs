using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Import.Onnx.Ops;

/// <summary>Gives values another shape without moving more elements than needed.</summary>
internal static class Reshaping
{
    /// <summary>Defines the node's result as an operand under another shape of equal element count.</summary>
    public static void To(NodeContext context, OnnxValue x, Shape target)
    {
        if (target.Rank > ImportLimits.Rank)
        {
            context.Report(ImportDiagnostics.LimitExceeded, $"the result has {target.Rank} dimensions, supported are up to {ImportLimits.Rank}");
            return;
        }
        if (x.Constant is { } constant)
        {
            // One scale a tensor stays; scales per channel would need another axis.
            var codes = x.Codes?.Type.Quant is { IsPerTensor: true } ? x.Codes.WithType(x.Codes.Type with { Shape = target }) : null;
            context.SetConstant(constant.WithType(constant.Type with { Shape = target }), codes);
            return;
        }
        if (x.Shape == target)
        {
            context.Set(x);
            return;
        }
        var s = x.Shape;
        if (x.Order == StorageOrder.ChannelsLast && target.Rank == 2 && target[0] == s[0] && s[1] != 1 && s[2] * s[3] != 1)
        {
            // A dense layer that follows gets its weights reordered instead.
            context.Set(context.Add(new Reshape(target), x.Id), target, StorageOrder.FlatChannelsLast, [s[1], s[2], s[3]]);
            return;
        }
        if (x.Order == StorageOrder.FlatChannelsLast && target == [s[0], .. x.Image])
        {
            context.SetChannelsLast(context.Add(new Reshape([s[0], x.Image[1], x.Image[2], x.Image[0]]), x.Id));
            return;
        }
        // Without channels, or without an image, NHWC and NCHW are one order.
        var isOneOrder = x.Order == StorageOrder.ChannelsLast && (s[1] == 1 || s[2] * s[3] == 1);
        context.SetPlain(context.Add(new Reshape(target), isOneOrder ? x.Id : context.Session.Plain(x, context.Location)));
    }
}
