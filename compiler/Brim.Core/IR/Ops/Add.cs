using Brim.Core.Diagnostics;
using Brim.Core.Numerics;

namespace Brim.Core.IR.Ops;

/// <summary>Sum of two tensors, element by element with broadcasting. Operands: a, b.</summary>
/// <param name="Activation">Fused clamp.</param>
public sealed record Add(Activation Activation) : BinaryElementwise(Activation)
{
    /// <inheritdoc/>
    public override string Mnemonic => "add";

    private protected override void VerifyFactors(Node node, TensorType a, TensorType b, TensorType y, DiagnosticBag diagnostics)
    {
        if (AdditionScaling.ForAdd(a, b, y).Result.Shift > 0)
            TypeRules.Quantization(node, diagnostics, $"the result's scale is too small: {a}, {b}, {y}");
    }

    private protected override float Apply(float a, float b) => a + b;

    private protected override long Apply(long a, long b) => a + b;

    private protected override Func<int, int, int> QuantizedKernel(TensorType a, TensorType b, TensorType y)
    {
        var scaling = AdditionScaling.ForAdd(a, b, y);
        return (p, q) => scaling.Combine(p, q, subtract: false);
    }
}
