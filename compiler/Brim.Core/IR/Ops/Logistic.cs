using Brim.Core.Numerics;

namespace Brim.Core.IR.Ops;

/// <summary>1 / (1 + exp(-x)). Operand: x.</summary>
public sealed record Logistic : UnaryElementwise
{
    /// <inheritdoc/>
    public override string Mnemonic => "logistic";

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
