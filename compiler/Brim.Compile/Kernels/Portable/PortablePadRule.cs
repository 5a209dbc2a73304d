using Brim.Compile.Program;
using Brim.Core.IR.Ops;

namespace Brim.Compile.Kernels.Portable;

/// <summary>Constant border around elements of 8, 16 or 32 bits by <c>brim_pad_*</c>.</summary>
public sealed class PortablePadRule : PortableRule<Pad>
{
    private protected override MatchResult Match(Pad op, NodeView node) => node.InputType(0).Element.StorageBytes > 4
        ? MatchResult.Decline("the kernel pads elements of at most 32 bits")
        : Walk(node).Match();

    private protected override KernelCall Lower(Pad op, NodeView node, LoweringContext context)
    {
        var (x, y) = (node.InputType(0), node.OutputType());
        var strides = y.Shape.Strides();
        var (bits, element) = x.Element.StorageBytes switch
        {
            1 => (8, CElement.Int8),
            2 => (16, CElement.Int16),
            _ => (32, CElement.Int32),
        };
        var fill = x.Element.IsFloat ? BitConverter.SingleToInt32Bits((float)op.PadValue) : (int)op.PadValue;
        var parameters = new CStruct("brim_pad_params",
        [
            CField.Of("inner", Walk(node).ToStruct(context, "inner")),
            CField.Of("first", op.Before.Select((before, d) => before * strides[d]).Sum()),
            CField.Of("count", y.Shape.ElementCount),
            CField.Of("fill", fill),
        ]);
        return new KernelCall(
            Runtime($"pad_{bits}", "pad"),
            [new KernelArgument.Parameters(parameters), Operand(node, context, 0, element), Result(node, element)]);
    }

    private static StridedWalk Walk(NodeView node) =>
        StridedWalk.Over([.. node.InputType(0).Shape.Dimensions], [.. node.OutputType().Shape.Strides()]);
}
