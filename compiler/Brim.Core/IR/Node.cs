using System.Collections.Immutable;
using Brim.Core.Diagnostics;
using Brim.Core.IR.Ops;

namespace Brim.Core.IR;

/// <summary>One application of an operator.</summary>
/// <param name="Op">What is computed.</param>
/// <param name="Inputs">Ids of the operand values; <see cref="Value.None"/> for an absent optional operand.</param>
/// <param name="Outputs">Ids of the result values.</param>
/// <param name="Name">Name for people and reports; kept through transformations.</param>
/// <param name="Location">Where the node comes from in the model file.</param>
public sealed record Node(Op Op, ImmutableArray<int> Inputs, ImmutableArray<int> Outputs, string Name, SourceLocation Location)
{
    /// <summary>The id of the only (or first) result.</summary>
    public int Output => Outputs[0];
}
