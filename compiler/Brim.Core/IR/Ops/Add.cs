namespace Brim.Core.IR.Ops;

/// <summary>Sum of two tensors, element by element with broadcasting. Operands: a, b.</summary>
/// <param name="Activation">Fused clamp.</param>
public sealed record Add(Activation Activation) : BinaryElementwise(Activation)
{
    /// <inheritdoc/>
    public override string Mnemonic => "add";

    /// <inheritdoc/>
    public override void Evaluate(EvaluationContext context) => throw new NotImplementedException();
}
