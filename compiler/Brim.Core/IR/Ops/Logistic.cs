namespace Brim.Core.IR.Ops;

/// <summary>1 / (1 + exp(-x)). Operand: x.</summary>
public sealed record Logistic : UnaryElementwise
{
    /// <inheritdoc/>
    public override string Mnemonic => "logistic";

    /// <inheritdoc/>
    public override void Evaluate(EvaluationContext context) => throw new NotImplementedException();
}
