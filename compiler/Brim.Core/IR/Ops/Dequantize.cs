namespace Brim.Core.IR.Ops;

/// <summary>Integer codes to floats. Operand: x.</summary>
public sealed record Dequantize : UnaryElementwise
{
    /// <inheritdoc/>
    public override string Mnemonic => "dequantize";

    /// <inheritdoc/>
    public override void Evaluate(EvaluationContext context) => throw new NotImplementedException();
}
