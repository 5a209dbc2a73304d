using Brim.Compile.Program;
using Brim.Core.IR.Ops;

namespace Brim.Compile.Kernels.Portable;

/// <summary>Transpose of any element type by <c>brim_gather_*</c>.</summary>
public sealed class PortableTransposeRule : PortableRule<Transpose>
{
    private protected override MatchResult Match(Transpose op, NodeView node) => Walk(op, node).Match();

    private protected override KernelCall Lower(Transpose op, NodeView node, LoweringContext context) => GatherCall.Of(node, context, Walk(op, node), 0,
        (index, element) => Operand(node, context, index, element), element => Result(node, element));

    private static StridedWalk Walk(Transpose op, NodeView node)
    {
        var strides = node.InputType(0).Shape.Strides();
        return StridedWalk.Over([.. node.OutputType().Shape.Dimensions], [.. op.Permutation.Select(d => strides[d])]);
    }
}
