namespace Brim.Core.IR.Ops;

/// <summary>Float to integer codes, or integer codes to codes of another quantization. Operand: x.</summary>
public sealed record Quantize : UnaryElementwise
{
    /// <inheritdoc/>
    public override string Mnemonic => "quantize";

    /// <inheritdoc/>
    public override void Evaluate(EvaluationContext context) => throw new NotImplementedException();
}
