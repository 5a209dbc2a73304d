using System.Collections.Immutable;
using Brim.Core.Diagnostics;

namespace Brim.Core.IR.Ops;

/// <summary>
/// What an operator means: attributes, result shapes, legality and bit-exact evaluation. How it is computed on a target is a
/// kernel's business and never stands here.
/// </summary>
public abstract record Op
{
    /// <summary>Name in printed graphs, e.g. <c>conv2d</c>.</summary>
    public abstract string Mnemonic { get; }

    /// <summary>The attributes as printed in graphs, <c>name=value</c> separated by spaces; defaults may be left out. Equal operators print equally.</summary>
    public virtual string Attributes => "";

    /// <summary>
    /// Shapes of the results. The element type and quantization of a result are a choice of the model (a requantization) and are
    /// therefore declared on the value and checked by <see cref="Verify"/>.
    /// </summary>
    /// <param name="operands">Operand types; null for absent optional operands.</param>
    /// <param name="location">Location for diagnostics.</param>
    /// <param name="diagnostics">Receives BRIM2001 where shapes do not fit; the result is then empty.</param>
    public abstract ImmutableArray<Shape> InferShapes(ReadOnlySpan<TensorType?> operands, SourceLocation location, DiagnosticBag diagnostics);

    /// <summary>Reports element types and quantization that the operator is not defined for.</summary>
    public virtual void Verify(Graph graph, Node node, DiagnosticBag diagnostics)
    {
    }

    /// <summary>Computes the results, bit-exact, through <c>Brim.Core.Numerics</c> only.</summary>
    public abstract void Evaluate(EvaluationContext context);

    /// <summary>Multiply-accumulates of one evaluation, padding taps included as frameworks count them; 0 for operators without any.</summary>
    public virtual long MultiplyAccumulates(ReadOnlySpan<TensorType?> operands, ReadOnlySpan<TensorType> results) => 0;
}
