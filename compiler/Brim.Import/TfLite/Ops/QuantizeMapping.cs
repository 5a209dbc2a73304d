using System.Collections.Immutable;
using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Import.TfLite.Ops;

/// <summary>QUANTIZE: floats to integer codes, or integer codes to codes of another quantization.</summary>
internal sealed class QuantizeMapping() : OperatorMapping(114, 4, BuiltinOptions.Quantize)
{
    private static readonly ImmutableArray<ElementType> Codes = [ElementType.Int8, ElementType.UInt8, ElementType.Int16];

    /// <inheritdoc/>
    public override void Map(OperatorContext context)
    {
        if (!context.HasOperands(1, 1))
            return;
        var (x, y) = (context.Input(0), context.Output);
        var sound = ActivationRules.IsSupported(context, [.. Codes, ElementType.Float32], x) & ActivationRules.IsSupported(context, Codes, y);
        if (sound && ActivationRules.IsQuantizedPerTensor(context, x) & ActivationRules.IsQuantizedPerTensor(context, y))
            context.Emit(new Quantize(), x);
    }
}
