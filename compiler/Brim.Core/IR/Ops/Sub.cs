namespace Brim.Core.IR.Ops;

/// <summary>Difference of two tensors, element by element with broadcasting. Operands: a, b.</summary>
/// <param name="Activation">Fused clamp.</param>
public sealed record Sub(Activation Activation) : BinaryElementwise(Activation)
{
    /// <inheritdoc/>
    public override string Mnemonic => "sub";

    /// <inheritdoc/>
    public override void Evaluate(EvaluationContext context) => throw new NotImplementedException();
}
