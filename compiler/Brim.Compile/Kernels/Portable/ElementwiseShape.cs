using System.Collections.Immutable;
using Brim.Compile.Costs;
using Brim.Compile.Program;
using Brim.Core.IR;

namespace Brim.Compile.Kernels.Portable;

/// <summary>The broadcast of a binary elementwise node, and which operand its result may overwrite.</summary>
internal static class ElementwiseShape
{
    /// <summary>The walk over the result with the steps of both operands.</summary>
    public static StridedWalk Walk(NodeView node)
    {
        var y = node.OutputType().Shape;
        return StridedWalk.Over([.. y.Dimensions], Strides(node.InputType(0).Shape, y), Strides(node.InputType(1).Shape, y));
    }

    /// <summary>A <c>brim_broadcast</c>.</summary>
    public static CStruct ToStruct(NodeView node, LoweringContext context)
    {
        var walk = Walk(node);
        return new CStruct("brim_broadcast",
        [
            CField.Of("rank", walk.Dims.Length),
            CField.Of("dims", walk.DimsArray(context, "shape")),
            CField.Of("a_strides", walk.StridesArray(context, "a_strides", 0)),
            CField.Of("b_strides", walk.StridesArray(context, "b_strides", 1)),
        ]);
    }

    /// <summary>Elements, and runs along the innermost dimension of the walk.</summary>
    public static ImmutableArray<(string Level, long Count)> Work(NodeView node)
    {
        var elements = node.OutputType().Shape.ElementCount;
        var dims = Walk(node).Dims;
        return WorkCounts.OneCall().Add("run", dims.Length == 0 ? 1 : elements / Math.Max(1, dims[^1])).Add("element", elements).ToWork();
    }

    /// <summary>The first operand that lies in memory just as the result does, or -1.</summary>
    public static int InPlaceInput(NodeView node)
    {
        var y = node.OutputType();
        for (var i = 0; i < 2; i++)
        {
            var x = node.InputType(i);
            if (node.Constant(i) is null && x.Shape.ElementCount == y.Shape.ElementCount && x.Element.StorageBytes == y.Element.StorageBytes)
                return i;
        }
        return -1;
    }

    // Missing leading dimensions and dimensions of 1 repeat: step 0.
    private static long[] Strides(Shape x, Shape y)
    {
        var own = x.Strides();
        var strides = new long[y.Rank];
        for (var i = 1; i <= x.Rank; i++)
            strides[^i] = x[-i] == 1 ? 0 : own[^i];
        return strides;
    }
}
