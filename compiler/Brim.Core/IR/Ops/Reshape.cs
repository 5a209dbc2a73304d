using System.Collections.Immutable;
using Brim.Core.Diagnostics;

namespace Brim.Core.IR.Ops;

/// <summary>The same elements under another shape (also SQUEEZE, EXPAND_DIMS and Flatten). Operand: x.</summary>
/// <param name="Target">The new shape, all dimensions known.</param>
public sealed record Reshape(Shape Target) : Op
{
    /// <inheritdoc/>
    public override string Mnemonic => "reshape";

    /// <inheritdoc/>
    public override string Attributes => $"target={Target}";

    /// <inheritdoc/>
    public override ImmutableArray<Shape> InferShapes(ReadOnlySpan<TensorType?> operands, SourceLocation location, DiagnosticBag diagnostics)
    {
        if (!ShapeRules.HasOperands(this, operands, 1, 1, location, diagnostics))
            return [];
        var x = operands[0]!.Shape;
        return x.ElementCount == Target.ElementCount
            ? [Target]
            : ShapeRules.Mismatch(this, location, diagnostics, $"[{x}] and [{Target}] have different numbers of elements");
    }

    /// <inheritdoc/>
    public override void Verify(Graph graph, Node node, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(node);
        TypeRules.RequireEqual(node, diagnostics, TypeRules.AllTypes(graph, node));
    }

    /// <inheritdoc/>
    public override void Evaluate(EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.SetOutput(context.Input(0).WithType(context.OutputType));
    }
}
