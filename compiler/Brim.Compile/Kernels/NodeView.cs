using Brim.Compile.Accumulators;
using Brim.Compile.Targets;
using Brim.Core.IR;

namespace Brim.Compile.Kernels;

/// <summary>A node within its graph and target: what a rule looks at.</summary>
/// <param name="Graph">The lowered graph.</param>
/// <param name="Node">The node.</param>
/// <param name="Target">The machine.</param>
public sealed record NodeView(Graph Graph, Node Node, TargetMachine Target)
{
    /// <summary>What the user asks of accumulators.</summary>
    public AccumulatorOptions Accumulators { get; init; } = AccumulatorOptions.Automatic;

    /// <summary>Type of an operand.</summary>
    public TensorType InputType(int index) => Graph.TypeOf(Node.Inputs[index]);

    /// <summary>Type of a result.</summary>
    public TensorType OutputType(int index = 0) => Graph.TypeOf(Node.Outputs[index]);

    /// <summary>True if an optional operand is there.</summary>
    public bool HasInput(int index) => index < Node.Inputs.Length && Node.Inputs[index] != Value.None;

    /// <summary>The constant operand at an index, or null if it is absent or not a constant.</summary>
    public Tensor? Constant(int index) => HasInput(index) ? Graph[Node.Inputs[index]].Constant : null;
}
