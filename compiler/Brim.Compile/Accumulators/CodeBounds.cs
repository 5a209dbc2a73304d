using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;

namespace Brim.Compile.Accumulators;

/// <summary>Codes that a value can take: those of its type, narrowed by the clamps of the operators that make it.</summary>
public static class CodeBounds
{
    /// <summary>Bounds of a quantized value of at most 32 bits.</summary>
    public static CodeRange Of(Graph graph, int value)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var type = graph.TypeOf(value);
        var own = CodeRange.Of(type.Element);
        return graph.Nodes.FirstOrDefault(n => n.Outputs.Contains(value)) is not { } node ? own : node.Op switch
        {
            Conv2D op => CodeRange.Of(type, op.Activation),
            DepthwiseConv2D op => CodeRange.Of(type, op.Activation),
            FullyConnected op => CodeRange.Of(type, op.Activation),
            Add op => CodeRange.Of(type, op.Activation),
            // Neither a maximum nor a mean leaves the range of its operands; elements in the padding do not take part.
            Pool2D op => Intersect(CodeRange.Of(type, op.Activation), Of(graph, node.Inputs[0])),
            Reshape or Transpose or StridedSlice => Of(graph, node.Inputs[0]),
            _ => own,
        };
    }

    // An empty intersection can only come from a clamp whose limits cross; its upper end wins, as in CodeRange.Clamp.
    private static CodeRange Intersect(CodeRange a, CodeRange b)
    {
        var max = Math.Min(a.Max, b.Max);
        return new CodeRange(Math.Min(Math.Max(a.Min, b.Min), max), max);
    }
}
