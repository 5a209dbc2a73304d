using Brim.Core.IR.Ops;

namespace Brim.Import.TfLite.Ops;

/// <summary>CONV_2D: input, weights OHWI (grouped if they have fewer input channels), optional bias.</summary>
internal sealed class Conv2DMapping() : OperatorMapping(3, 8, BuiltinOptions.Conv2D)
{
    private const int Padding = 0, StrideWidth = 1, StrideHeight = 2, FusedActivation = 3, DilationWidth = 4, DilationHeight = 5;

    /// <inheritdoc/>
    public override void Map(OperatorContext context)
    {
        if (!context.HasOperands(2, 3))
            return;
        var options = context.Options;
        var activation = context.FusedActivation(FusedActivation);
        var operands = WeightedOperands.Check(context, channelAxis: 0);
        var (x, w) = (context.Input(0).KnownType.Shape, context.Input(1).KnownType.Shape);
        if (!OperandShapes.HaveRank(context, 4, context.Input(0), context.Input(1)))
            return;
        var geometry = new WindowGeometry(options.UInt8(Padding), options.Int32(StrideHeight), options.Int32(StrideWidth),
            options.Int32(DilationHeight, 1), options.Int32(DilationWidth, 1));
        if (geometry.Over(context, x, w[1], w[2]) is { } window && activation is { } clamp && operands is not null)
            context.Emit(new Conv2D(window, clamp, context.Requantization), operands.Types, operands.Ids);
    }
}
