using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Import.Onnx.Ops;

/// <summary>Conv over images: input NCHW, weights [M, C / group, kH, kW], optional bias. One input channel a group is a depthwise convolution.</summary>
internal sealed class ConvMapping() : NodeMapping("Conv", [.. WindowAttributes.Names, "group"])
{
    /// <inheritdoc/>
    public override void Map(NodeContext context)
    {
        if (!context.HasOperands(2, 3) || context.ConstantFloats(1, "weights") is null || (context.Optional(2) is not null && context.ConstantFloats(2, "bias") is null))
            return;
        var (x, w) = (context.Input(0), context.Input(1));
        if (x.Shape.Rank != 4 || w.Shape.Rank != 4 || x.IsConstant)
        {
            context.Report(ImportDiagnostics.BadOperands, $"{x} [{x.Shape}] and weights {w} [{w.Shape}] must be an activation and a constant of 4 dimensions; only two-dimensional convolutions are supported");
            return;
        }
        var group = context.Int("group", 1);
        if (group < 1 || x.Shape[1] % group != 0 || x.Shape[1] / group != w.Shape[1] || w.Shape[0] % group != 0)
        {
            context.Report(ImportDiagnostics.BadOperands, $"{group} groups of {x.Shape[1]} input channels do not fit weights [{w.Shape}]");
            return;
        }
        if (WindowAttributes.Read(context, x.Shape[2], x.Shape[3], (w.Shape[2], w.Shape[3])) is not { } window)
            return;
        var isDepthwise = group > 1 && w.Shape[1] == 1;
        // OIHW to OHWI, or for depthwise layers M1HW to 1HWM.
        var order = isDepthwise ? new Transpose([1, 2, 3, 0]) : new Transpose([0, 2, 3, 1]);
        var session = context.Session;
        var weights = session.Evaluate(order, [w.Constant!], context.Location);
        var codes = w.Codes is null ? null : session.Evaluate(order, [w.Codes], context.Location, isDepthwise ? 3 : 0);
        var image = session.ChannelsLast(x, context.Location);
        if (weights is null || image is null)
            return;
        Op op = isDepthwise
            ? new DepthwiseConv2D(window.Full, Activation.None, Requantization.Single)
            : new Conv2D(window.Full, Activation.None, Requantization.Single);
        var id = session.AddConstant(w.Name, weights, codes);
        context.SetChannelsLast(context.Optional(2) is { } bias
            ? context.Add(op, image, id, session.AddConstant(bias.Name, bias.Constant!, bias.Codes))
            : context.Add(op, image, id));
    }
}
