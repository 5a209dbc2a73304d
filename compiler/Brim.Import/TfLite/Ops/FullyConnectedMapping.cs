using Brim.Core.IR.Ops;

namespace Brim.Import.TfLite.Ops;

/// <summary>FULLY_CONNECTED: input, weights [outputs, inputs], optional bias.</summary>
internal sealed class FullyConnectedMapping() : OperatorMapping(9, 12, BuiltinOptions.FullyConnected)
{
    private const int FusedActivation = 0, WeightsFormat = 1, KeepDimensions = 2;

    /// <inheritdoc/>
    public override void Map(OperatorContext context)
    {
        if (!context.HasOperands(2, 3))
            return;
        var activation = context.FusedActivation(FusedActivation);
        var operands = WeightedOperands.Check(context, channelAxis: 0);
        if (context.Options.UInt8(WeightsFormat) is not 0 and var format)
        {
            context.UnsupportedOption($"weights format {(format == 1 ? "SHUFFLED4x16INT8" : format)} is not supported, supported is DEFAULT");
            return;
        }
        if (activation is { } clamp && operands is not null)
            context.Emit(new FullyConnected(clamp, context.Requantization, context.Options.Bool(KeepDimensions)), operands.Types, operands.Ids);
    }
}
