using Brim.Core.Diagnostics;
using Brim.Core.Numerics;

namespace Brim.Core.IR.Ops;

/// <summary>Product of two tensors, element by element with broadcasting. Operands: a, b.</summary>
/// <param name="Activation">Fused clamp.</param>
public sealed record Mul(Activation Activation) : BinaryElementwise(Activation)
{
    /// <inheritdoc/>
    public override string Mnemonic => "mul";

    private protected override void VerifyFactors(Node node, TensorType a, TensorType b, TensorType y, DiagnosticBag diagnostics)
    {
        if (QuantizedMultiplier.FromReal(a.Quant!.Scale * b.Quant!.Scale / y.Quant!.Scale).Shift > 30)
            TypeRules.Quantization(node, diagnostics, $"the result's scale is too small: {a}, {b}, {y}");
    }

    private protected override float Apply(float a, float b) => a * b;

    private protected override long Apply(long a, long b) => a * b;

    private protected override Func<int, int, int> QuantizedKernel(TensorType a, TensorType b, TensorType y)
    {
        var factor = QuantizedMultiplier.FromReal(a.Quant!.Scale * b.Quant!.Scale / y.Quant!.Scale);
        return (p, q) => FixedPoint.MultiplyByQuantizedMultiplier(p * q, factor);
    }
}
