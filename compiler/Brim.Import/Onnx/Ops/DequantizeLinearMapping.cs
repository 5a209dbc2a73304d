using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Import.Onnx.Ops;

/// <summary>DequantizeLinear of a constant with zero point 0, one scale or one for each index of an axis: biases and weights kept as codes.</summary>
internal sealed class DequantizeLinearMapping() : NodeMapping("DequantizeLinear", ["axis"])
{
    /// <inheritdoc/>
    public override void Map(NodeContext context)
    {
        if (!context.HasOperands(2, 3) || context.Constant(0, "operand") is not { } codes || context.ConstantFloats(1, "scale") is not { } scales)
            return;
        var zeroPoint = context.Optional(2) is null ? null : context.Constant(2, "zero point");
        if (context.Optional(2) is not null && zeroPoint is null)
            return;
        if (codes.Type.Element is not { IsInteger: true, Bits: <= 32 } || (zeroPoint is not null && (zeroPoint.Type.Element.IsFloat
            || Enumerable.Range(0, (int)zeroPoint.Type.Shape.ElementCount).Any(i => zeroPoint.CodeAt(i) != 0))))
        {
            context.Report(ImportDiagnostics.UnsupportedOnnxType, "supported are constant integer codes with zero point 0");
            return;
        }
        var isPerTensor = context.Input(1).Shape.Rank == 0;
        int? axis = isPerTensor ? null : context.Axis(context.Int("axis", 1), codes.Type.Shape.Rank == 1 ? 2 : codes.Type.Shape.Rank);
        if (!isPerTensor && axis is null)
            return;
        // A vector has one axis; the default of 1 means it too.
        axis = axis is { } a && codes.Type.Shape.Rank == 1 ? 0 : axis;
        if (scales.Any(s => !float.IsFinite(s) || s <= 0) || (axis is { } d && (context.Input(1).Shape.Rank != 1 || scales.Length != codes.Type.Shape[d])))
        {
            context.Report(ImportDiagnostics.BadQuantNode, $"scales [{context.Input(1).Shape}] for [{codes.Type.Shape}] along axis {axis} are not valid");
            return;
        }
        var quant = axis is { } along
            ? QuantParams.PerAxis(along, [.. scales.Select(s => (double)s)], [.. new int[scales.Length]])
            : QuantParams.PerTensor(scales[0]);
        var typed = codes.WithType(codes.Type with { Quant = quant });
        var real = new TensorType(ElementType.Float32, codes.Type.Shape);
        if (!context.Session.Budget.Charge(real, context.Location))
            return;
        var evaluation = new EvaluationContext([typed], [real]);
        new Dequantize().Evaluate(evaluation);
        context.SetConstant(evaluation.Outputs[0], typed);
    }
}
