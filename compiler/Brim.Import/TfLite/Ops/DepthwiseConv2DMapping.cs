using Brim.Core.IR.Ops;

namespace Brim.Import.TfLite.Ops;

/// <summary>
/// DEPTHWISE_CONV_2D: input, weights 1xHxWx(C * multiplier), optional bias. The stored multiplier is redundant and ignored, as TFLite does.
/// </summary>
internal sealed class DepthwiseConv2DMapping() : OperatorMapping(4, 7, BuiltinOptions.DepthwiseConv2D)
{
    private const int Padding = 0, StrideWidth = 1, StrideHeight = 2, FusedActivation = 4, DilationWidth = 5, DilationHeight = 6;

    /// <inheritdoc/>
    public override void Map(OperatorContext context)
    {
        if (!context.HasOperands(2, 3))
            return;
        var options = context.Options;
        var activation = context.FusedActivation(FusedActivation);
        var operands = WeightedOperands.Check(context, channelAxis: 3);
        var (x, w) = (context.Input(0).KnownType.Shape, context.Input(1).KnownType.Shape);
        if (!OperandShapes.HaveRank(context, 4, context.Input(0), context.Input(1)))
            return;
        var geometry = new WindowGeometry(options.UInt8(Padding), options.Int32(StrideHeight), options.Int32(StrideWidth),
            options.Int32(DilationHeight, 1), options.Int32(DilationWidth, 1));
        if (geometry.Over(context, x, w[1], w[2]) is { } window && activation is { } clamp && operands is not null)
            context.Emit(new DepthwiseConv2D(window, clamp, context.Requantization), operands.Types, operands.Ids);
    }
}
