using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Import.Onnx.Ops;

/// <summary>Div by a constant: a product with its reciprocal, one float32 rounding away from the quotient. Of constants: the quotient.</summary>
internal sealed class DivMapping() : NodeMapping("Div", [])
{
    /// <inheritdoc/>
    public override void Map(NodeContext context)
    {
        if (!context.HasOperands(2, 2))
            return;
        var (a, b) = (context.Input(0), context.Input(1));
        if (a.IsConstant && b.IsConstant)
        {
            ConstantArithmetic.Fold(context, (p, q) => p / q, (p, q) => q == 0 ? null : p / q);
            return;
        }
        if (context.ConstantFloats(1, "divisor") is not { } divisors)
            return;
        var reciprocal = Tensor.FromFloats(b.Constant!.Type, Array.ConvertAll(divisors, d => (float)(1.0 / d)));
        Elementwise.Binary(context, new Mul(Activation.None), a, b with { Constant = reciprocal, Codes = null });
    }
}
