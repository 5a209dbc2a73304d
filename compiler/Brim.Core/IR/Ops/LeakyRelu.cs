namespace Brim.Core.IR.Ops;

/// <summary>x for x >= 0, else Alpha * x. Operand: x.</summary>
/// <param name="Alpha">Slope for negative inputs.</param>
public sealed record LeakyRelu(double Alpha) : UnaryElementwise
{
    /// <inheritdoc/>
    public override string Mnemonic => "leaky_relu";

    /// <inheritdoc/>
    public override void Evaluate(EvaluationContext context) => throw new NotImplementedException();
}
