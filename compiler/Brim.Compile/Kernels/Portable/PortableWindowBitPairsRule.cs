using Brim.Compile.Program;
using Brim.Core.IR.Ops;

namespace Brim.Compile.Kernels.Portable;

/// <summary>Windows of the bits of paired codes: of bytes from two tables by <c>brim_window_bit_pairs_8</c>, of 16 bits by <c>brim_window_bit_pairs</c>.</summary>
public sealed class PortableWindowBitPairsRule : PortableRule<WindowBitPairs>
{
    private protected override MatchResult Match(WindowBitPairs op, NodeView node) => CodesOnly([node.InputType(0), node.OutputType()]);

    private protected override KernelCall Lower(WindowBitPairs op, NodeView node, LoweringContext context)
    {
        var x = node.InputType(0);
        if (!CodeType.IsByte(x.Element))
            return WindowBitsCall.Of(node, "brim_window_bit_pairs", op.Window, op.Alone, Operand(node, context, 0), Result(node));
        // A requantization to the same type keeps every bit.
        var window = context.Array("window", CElement.Int8, ByteTable.Of(new WindowBits(op.Window), x, x), "table");
        var alone = context.Array("alone", CElement.Int8, ByteTable.Of(op.Alone is null ? new Quantize() : new WindowBits(op.Alone), x, x), "table");
        return new KernelCall(
            Runtime("window_bit_pairs_8", "window_bits"),
            [
                new KernelArgument.Integer(x.Shape.ElementCount / x.Shape[-1]), new KernelArgument.Integer(x.Shape[-1]), new KernelArgument.Integer(unchecked((sbyte)x.Quant!.ZeroPoint)),
                Operand(node, context, 0, CElement.Int8), new KernelArgument.Constant(window), new KernelArgument.Constant(alone), Result(node, CElement.Int8),
            ],
            InPlaceInput: node.Constant(0) is null ? 0 : -1);
    }
}
