using Brim.Core.Diagnostics;
using Brim.Core.Numerics;

namespace Brim.Core.IR.Ops;

/// <summary>Hyperbolic tangent. Operand: x.</summary>
public sealed record Tanh : UnaryElementwise
{
    /// <inheritdoc/>
    public override string Mnemonic => "tanh";

    /// <inheritdoc/>
    public override void Verify(Graph graph, Node node, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(node);
        var (x, y) = (graph.TypeOf(node.Inputs[0]), graph.TypeOf(node.Output));
        if (TypeRules.ClassifyActivations(node, diagnostics, x, y) != OperandClass.Quantized)
            return;
        if ((x.Element.Bits == 16) != (y.Element.Bits == 16) || (x.Element.Bits == 16 && x.Quant!.ZeroPoint != 0))
            TypeRules.Type(node, diagnostics, $"{x} to {y} is not defined: both of at most 8 bits, or both of 16 with zero point 0");
        else if (y.Element.Bits == 16 && SigmoidInt16.ForTanh(x.Quant!.Scale).Multiplier > short.MaxValue)
            TypeRules.Quantization(node, diagnostics, $"the scale of {x} is too large for the 16-bit table");
        else
            TypeRules.RequireResult(node, diagnostics, y, Math.ScaleB(1, 1 - y.Element.Bits), (y.Element.MinCode + y.Element.MaxCode + 1) / 2);
    }

    /// <inheritdoc/>
    public override void Evaluate(EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (x, y) = (context.Input(0), context.OutputType);
        if (y.Element.IsFloat)
        {
            context.SetOutput(Tensor.FromFloats(y, Array.ConvertAll(x.Floats, v => MathF.Tanh(v))));
        }
        else if (y.Element.Bits == 16)
        {
            var scaling = SigmoidInt16.ForTanh(x.Type.Quant!.Scale);
            context.SetOutput(Tensor.FromCodes(y, Array.ConvertAll(x.Codes, scaling.Tanh)));
        }
        else
        {
            var scaling = SigmoidScaling.From(x.Type.Quant!.Scale);
            var range = CodeRange.Of(y.Element);
            context.SetOutput(Tensor.FromCodes(y, Array.ConvertAll(x.Codes,
                q => scaling.Tanh(q - x.Type.Quant.ZeroPoint, y.Element.Bits, range))));
        }
    }
}
