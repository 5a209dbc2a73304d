namespace Brim.Core.IR.Ops;

/// <summary>Product of two tensors, element by element with broadcasting. Operands: a, b.</summary>
/// <param name="Activation">Fused clamp.</param>
public sealed record Mul(Activation Activation) : BinaryElementwise(Activation)
{
    /// <inheritdoc/>
    public override string Mnemonic => "mul";

    /// <inheritdoc/>
    public override void Evaluate(EvaluationContext context) => throw new NotImplementedException();
}
