using System.Collections.Immutable;
using Brim.Core.Diagnostics;

namespace Brim.Core.IR.Ops;

/// <summary>An operator whose only result has the shape of its only operand.</summary>
public abstract record UnaryElementwise : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<Shape> InferShapes(ReadOnlySpan<TensorType?> operands, SourceLocation location, DiagnosticBag diagnostics) =>
        ShapeRules.HasOperands(this, operands, 1, 1, location, diagnostics) ? [operands[0]!.Shape] : [];
}
