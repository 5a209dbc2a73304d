using Brim.Core.IR.Ops;

namespace Brim.Import.TfLite.Ops;

/// <summary>PADV2: surrounds the input with a constant, operand 2, which has the input's type and quantization.</summary>
internal sealed class PadV2Mapping() : OperatorMapping(60, 4, BuiltinOptions.PadV2)
{
    /// <inheritdoc/>
    public override void Map(OperatorContext context)
    {
        if (!context.HasOperands(3, 3))
            return;
        var sound = ActivationRules.AreMoved(context, context.Input(0), context.Output, context.Input(2));
        var value = context.Constant(2, "padding value");
        if (value is not null && value.Type.Shape.ElementCount != 1)
        {
            context.Report(ImportDiagnostics.BadConstant, $"the padding value {context.Input(2)} has {value.Type.Shape.ElementCount} elements");
            return;
        }
        if (PadMargins.Read(context) is { } margins && value is not null && sound)
            context.Emit(new Pad(margins.Before, margins.After, value.Type.Element.IsFloat ? value.Floats[0] : value.CodeAt(0)), context.Input(0));
    }
}
