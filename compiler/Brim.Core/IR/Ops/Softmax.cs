using System.Collections.Immutable;
using Brim.Core.Diagnostics;

namespace Brim.Core.IR.Ops;

/// <summary>exp(Beta * x) divided by its sum along one dimension. Operand: x.</summary>
/// <param name="Beta">Factor of the exponent, greater than 0.</param>
/// <param name="Axis">The dimension; negative counts from the end.</param>
public sealed record Softmax(double Beta, int Axis = -1) : Op
{
    /// <inheritdoc/>
    public override string Mnemonic => "softmax";

    /// <inheritdoc/>
    public override ImmutableArray<Shape> InferShapes(ReadOnlySpan<TensorType?> operands, SourceLocation location, DiagnosticBag diagnostics)
    {
        if (!ShapeRules.HasOperands(this, operands, 1, 1, location, diagnostics))
            return [];
        var x = operands[0]!.Shape;
        return Axis < x.Rank && Axis >= -x.Rank
            ? [x]
            : ShapeRules.Mismatch(this, location, diagnostics, $"axis {Axis} of [{x}]");
    }

    /// <inheritdoc/>
    public override void Evaluate(EvaluationContext context) => throw new NotImplementedException();
}
