using Brim.Compile.Program;
using Brim.Core.IR.Ops;

namespace Brim.Compile.Kernels.Portable;

/// <summary>Strided slice of any element type by <c>brim_gather_*</c>.</summary>
public sealed class PortableStridedSliceRule : PortableRule<StridedSlice>
{
    private protected override MatchResult Match(StridedSlice op, NodeView node) => Walk(op, node).Match();

    private protected override KernelCall Lower(StridedSlice op, NodeView node, LoweringContext context)
    {
        var strides = node.InputType(0).Shape.Strides();
        var first = op.Begin.Select((begin, d) => begin * strides[d]).Sum();
        var call = GatherCall.Of(node, context, Walk(op, node), first, (index, element) => Operand(node, context, index, element), element => Result(node, element));
        // With steps forward only, element i is read at i or later: what is overwritten has been read.
        return call with { InPlaceInput = node.Constant(0) is null && op.Strides.All(s => s > 0) ? 0 : -1 };
    }

    private static StridedWalk Walk(StridedSlice op, NodeView node)
    {
        var strides = node.InputType(0).Shape.Strides();
        return StridedWalk.Over([.. op.SlicedShape.Dimensions], [.. op.Strides.Select((step, d) => step * strides[d])]);
    }
}
