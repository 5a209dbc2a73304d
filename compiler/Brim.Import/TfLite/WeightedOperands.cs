using System.Collections.Immutable;
using Brim.Core.IR;

namespace Brim.Import.TfLite;

/// <summary>Checked operands of a convolution or fully connected layer, as types and values of the graph.</summary>
/// <param name="Types">Types of input, weights and bias.</param>
/// <param name="Ids">Their values; the last is <see cref="Value.None"/> without a bias.</param>
internal sealed record WeightedOperands(ImmutableArray<TensorType?> Types, ImmutableArray<int> Ids)
{
    /// <summary>
    /// Checks the operands of an operator with weights: types that go together, constant weights and bias, symmetric weights with one
    /// scale or one for each output channel, and a bias in units of input scale times weight scale. Integer weights of a float operator
    /// become floats (BRIM1016).
    /// </summary>
    /// <param name="context">The operator: input, weights, optional bias.</param>
    /// <param name="channelAxis">Dimension of the weights that counts output channels.</param>
    public static WeightedOperands? Check(OperatorContext context, int channelAxis)
    {
        var (x, w, bias, y) = (context.Input(0), context.Input(1), context.OptionalInput(2), context.Output);
        var sound = ActivationRules.AreUniform(context, ActivationRules.Arithmetic, x, y);
        var weights = context.Constant(w, "weights");
        var biasValue = bias is null ? null : context.Constant(bias, "bias");
        if (!sound || weights is null || (bias is not null && biasValue is null))
            return null;
        sound = WeightTypeFits(context, x.KnownType.Element, w);
        sound &= bias is null || BiasTypeFits(context, x.KnownType.Element, bias);
        sound &= w.KnownType.Element.IsFloat || WeightScalesFit(context, w, channelAxis);
        if (!sound)
            return null;
        if (x.KnownType.Element.IsFloat && w.KnownType.Element.IsInteger)
            return Hybrid(context, x, w, weights, bias);
        if (bias is not null && !BiasScaleFits(context, x, w, bias, y))
            return null;
        return new WeightedOperands([x.KnownType, w.KnownType, bias?.Type], [context.ValueOf(x), context.ValueOf(w), bias is null ? Value.None : context.ValueOf(bias)]);
    }

    private static bool WeightTypeFits(OperatorContext context, ElementType activations, ImportedTensor w)
    {
        var int4 = ElementType.Signed(4);
        ImmutableArray<ElementType> supported =
            activations.IsFloat ? [ElementType.Float32, ElementType.Int8, int4] : activations == ElementType.Int16 ? [ElementType.Int8] : [ElementType.Int8, int4];
        if (supported.Contains(w.KnownType.Element))
            return true;
        context.Report(ImportDiagnostics.UnsupportedType, $"the weights {w} are {w.KnownType.Element}; with {activations} activations supported are {string.Join(", ", supported)}");
        return false;
    }

    private static bool BiasTypeFits(OperatorContext context, ElementType activations, ImportedTensor bias)
    {
        ImmutableArray<ElementType> supported =
            activations.IsFloat ? [ElementType.Float32] : activations == ElementType.Int16 ? [ElementType.Int64, ElementType.Int32] : [ElementType.Int32];
        if (supported.Contains(bias.KnownType.Element))
            return true;
        context.Report(ImportDiagnostics.UnsupportedType, $"the bias {bias} is {bias.KnownType.Element}; with {activations} activations supported are {string.Join(", ", supported)}");
        return false;
    }

    private static bool WeightScalesFit(OperatorContext context, ImportedTensor w, int channelAxis)
    {
        var problem = w.KnownType.Quant switch
        {
            null => "have no scale",
            { Axis: { } axis } when axis != channelAxis => $"have scales along dimension {axis}; output channels are dimension {channelAxis}",
            var quant when quant.ZeroPoints.Any(z => z != 0) => $"have zero point {quant.ZeroPoints.First(z => z != 0)}; weights are symmetric",
            _ => null,
        };
        if (problem is not null)
            context.Report(ImportDiagnostics.BadQuantization, $"the weights {w} {problem}");
        return problem is null;
    }

    /// <summary>
    /// The bias is added to the accumulator as it is, so that its scale must be the accumulator's. As in TFLite, up to 2 % of an output
    /// code for each code of the bias is taken for rounding of the stored scale.
    /// </summary>
    private static bool BiasScaleFits(OperatorContext context, ImportedTensor x, ImportedTensor w, ImportedTensor bias, ImportedTensor y)
    {
        if (bias.KnownType.Quant is not { } quant || x.KnownType.Element.IsFloat)
            return true;
        if (quant.ZeroPoints.Any(z => z != 0))
        {
            context.Report(ImportDiagnostics.BadQuantization, $"the bias {bias} has zero point {quant.ZeroPoints.First(z => z != 0)}; it must be 0");
            return false;
        }
        var (input, weight, output) = (x.KnownType.Quant!, w.KnownType.Quant!, y.KnownType.Quant!);
        var channels = Math.Max(quant.Scales.Length, weight.Scales.Length);
        if ((quant.Scales.Length != channels && quant.Scales.Length != 1) || (weight.Scales.Length != channels && weight.Scales.Length != 1))
        {
            context.Report(ImportDiagnostics.BadQuantization, $"the bias {bias} has {quant.Scales.Length} scales, the weights have {weight.Scales.Length}");
            return false;
        }
        for (var c = 0; c < channels; c++)
        {
            var expected = input.Scale * weight.ScaleAt(c);
            if (Math.Abs(expected - quant.ScaleAt(c)) <= 0.02 * output.Scale)
                continue;
            context.Report(ImportDiagnostics.BadQuantization, FormattableString.Invariant(
                $"the bias {bias} has scale {quant.ScaleAt(c):R} in channel {c}; input scale times weight scale is {expected:R}"));
            return false;
        }
        return true;
    }

    private static WeightedOperands? Hybrid(OperatorContext context, ImportedTensor x, ImportedTensor w, Tensor weights, ImportedTensor? bias)
    {
        var type = new TensorType(ElementType.Float32, w.KnownType.Shape);
        if (!context.ChargeConstant(type))
            return null;
        context.Report(ImportDiagnostics.HybridWeights, $"the {w.KnownType.Element} weights {w} are converted to float");
        var id = context.AddConstant(w.Name, ConstantDequantizer.Dequantize(weights, type));
        return new WeightedOperands([x.KnownType, type, bias?.Type], [context.ValueOf(x), id, bias is null ? Value.None : context.ValueOf(bias)]);
    }
}
