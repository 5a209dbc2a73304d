using Brim.Core.Numerics;

namespace Brim.Core.IR.Ops;

/// <summary>Hyperbolic tangent. Operand: x.</summary>
public sealed record Tanh : UnaryElementwise
{
    /// <inheritdoc/>
    public override string Mnemonic => "tanh";

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
