using Brim.Core.Diagnostics;
using Brim.Core.Numerics;

namespace Brim.Core.IR.Ops;

/// <summary>1 / (1 + exp(-x)). Operand: x.</summary>
public sealed record Logistic : UnaryElementwise
{
    /// <inheritdoc/>
    public override string Mnemonic => "logistic";

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
        else if (y.Element.Bits == 16 && SigmoidInt16.ForLogistic(x.Quant!.Scale).Multiplier > short.MaxValue)
            TypeRules.Quantization(node, diagnostics, $"the scale of {x} is too large for the 16-bit table");
        else if (y.Element.Bits == 16)
            TypeRules.RequireResult(node, diagnostics, y, 1.0 / 32768, 0);
        else
            TypeRules.RequireResult(node, diagnostics, y, Math.ScaleB(1, -y.Element.Bits), y.Element.MinCode);
    }

    /// <inheritdoc/>
    public override void Evaluate(EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (x, y) = (context.Input(0), context.OutputType);
        if (y.Element.IsFloat)
        {
            context.SetOutput(Tensor.FromFloats(y, Array.ConvertAll(x.Floats, Evaluate)));
        }
        else if (y.Element.Bits == 16)
        {
            var scaling = SigmoidInt16.ForLogistic(x.Type.Quant!.Scale);
            context.SetOutput(Tensor.FromCodes(y, Array.ConvertAll(x.Codes, scaling.Logistic)));
        }
        else
        {
            var scaling = SigmoidScaling.From(x.Type.Quant!.Scale);
            var range = CodeRange.Of(y.Element);
            context.SetOutput(Tensor.FromCodes(y, Array.ConvertAll(x.Codes,
                q => scaling.Logistic(q - x.Type.Quant.ZeroPoint, y.Element.Bits, range))));
        }
    }

    // TFLite's float kernel: beyond these limits the plain formula gains nothing in float32.
    private static float Evaluate(float x) => x switch
    {
        > 16.619047164916992188f => 1f,
        < -9f => MathF.Exp(x),
        _ => 1f / (1f + MathF.Exp(-x)),
    };
}
