using Brim.Core.IR.Ops;

namespace Brim.Import.TfLite.Ops;

/// <summary>AVERAGE_POOL_2D and MAX_POOL_2D: the result has the quantization of the operand.</summary>
internal abstract class PoolMapping(int code) : OperatorMapping(code, 3, BuiltinOptions.Pool2D)
{
    private const int Padding = 0, StrideWidth = 1, StrideHeight = 2, FilterWidth = 3, FilterHeight = 4, FusedActivation = 5;

    /// <inheritdoc/>
    public override void Map(OperatorContext context)
    {
        if (!context.HasOperands(1, 1))
            return;
        var options = context.Options;
        var activation = context.FusedActivation(FusedActivation);
        var sound = ActivationRules.AreUniform(context, ActivationRules.Arithmetic, context.Input(0), context.Output)
            && ActivationRules.AreMoved(context, context.Input(0), context.Output);
        if (!OperandShapes.HaveRank(context, 4, context.Input(0)))
            return;
        var (height, width) = (options.Int32(FilterHeight), options.Int32(FilterWidth));
        var geometry = new WindowGeometry(options.UInt8(Padding), options.Int32(StrideHeight), options.Int32(StrideWidth));
        if (geometry.Over(context, context.Input(0).KnownType.Shape, height, width) is { } window && activation is { } clamp && sound)
            context.Emit(MakeOp(window, height, width, clamp), context.Input(0));
    }

    /// <summary>The operator of the graph.</summary>
    protected abstract Pool2D MakeOp(Window2D window, int height, int width, Activation activation);
}
