using System.Collections.Immutable;
using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Import.TfLite.Ops;

/// <summary>DEQUANTIZE: integer codes to floats. Constants are converted at import (models with weights in half precision or int8).</summary>
internal sealed class DequantizeMapping() : OperatorMapping(6, 6, BuiltinOptions.Dequantize)
{
    /// <inheritdoc/>
    public override void Map(OperatorContext context)
    {
        if (!context.HasOperands(1, 1))
            return;
        var (x, y) = (context.Input(0), context.Output);
        if (!ActivationRules.IsSupported(context, [ElementType.Float32], y))
            return;
        if (x.IsConstant)
            FoldConstant(context, x);
        else if (ActivationRules.IsSupported(context, [ElementType.Int8, ElementType.UInt8, ElementType.Int16], x) && ActivationRules.IsQuantizedPerTensor(context, x))
            context.Emit(new Dequantize(), x);
    }

    private static void FoldConstant(OperatorContext context, ImportedTensor x)
    {
        ImmutableArray<ElementType> supported = [ElementType.Int8, ElementType.UInt8, ElementType.Int16, ElementType.Signed(4), ElementType.Float32];
        if (!ActivationRules.IsSupported(context, supported, x))
            return;
        if (x.KnownType.Element.IsInteger && x.KnownType.Quant is null)
        {
            context.Report(ImportDiagnostics.BadQuantization, $"{x} has no scale");
            return;
        }
        var type = new TensorType(ElementType.Float32, x.KnownType.Shape);
        if (context.Constant(x, "operand") is { } constant && context.ChargeConstant(type))
            context.Fold(constant.Type.Element.IsFloat ? constant : ConstantDequantizer.Dequantize(constant, type));
    }
}
