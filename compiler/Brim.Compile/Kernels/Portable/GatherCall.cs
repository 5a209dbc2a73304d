using Brim.Compile.Program;

namespace Brim.Compile.Kernels.Portable;

/// <summary>Calls of <c>brim_gather_*</c>.</summary>
internal static class GatherCall
{
    /// <summary>A gather along a walk through the operand.</summary>
    /// <param name="node">The node.</param>
    /// <param name="context">Names constants.</param>
    /// <param name="walk">Result dimensions and steps in the operand.</param>
    /// <param name="first">Index of the first element read.</param>
    /// <param name="operand">Makes the operand's argument for a pointer type.</param>
    /// <param name="result">Makes the result's argument for a pointer type.</param>
    public static KernelCall Of(
        NodeView node, LoweringContext context, StridedWalk walk, long first, Func<int, CElement, KernelArgument> operand, Func<CElement, KernelArgument> result)
    {
        var (bits, element) = node.InputType(0).Element.StorageBytes switch
        {
            1 => (8, CElement.Int8),
            2 => (16, CElement.Int16),
            4 => (32, CElement.Int32),
            _ => (64, CElement.Int64),
        };
        return new KernelCall(
            new Kernel($"brim_gather_{bits}", "runtime-c/src/gather.c"),
            [new KernelArgument.Parameters(walk.ToStruct(context, "walk")), new KernelArgument.Integer(first), operand(0, element), result(element)]);
    }
}
