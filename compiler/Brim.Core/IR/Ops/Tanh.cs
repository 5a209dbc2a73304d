namespace Brim.Core.IR.Ops;

/// <summary>Hyperbolic tangent. Operand: x.</summary>
public sealed record Tanh : UnaryElementwise
{
    /// <inheritdoc/>
    public override string Mnemonic => "tanh";

    /// <inheritdoc/>
    public override void Evaluate(EvaluationContext context) => throw new NotImplementedException();
}
