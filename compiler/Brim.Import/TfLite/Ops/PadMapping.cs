using Brim.Core.IR.Ops;

namespace Brim.Import.TfLite.Ops;

/// <summary>PAD: surrounds the input with real zero.</summary>
internal sealed class PadMapping() : OperatorMapping(34, 4, BuiltinOptions.Pad)
{
    /// <inheritdoc/>
    public override void Map(OperatorContext context)
    {
        if (!context.HasOperands(2, 2))
            return;
        var sound = ActivationRules.AreMoved(context, context.Input(0), context.Output);
        if (PadMargins.Read(context) is { } margins && sound)
            context.Emit(new Pad(margins.Before, margins.After, context.Input(0).KnownType.Quant?.ZeroPoint ?? 0), context.Input(0));
    }
}
