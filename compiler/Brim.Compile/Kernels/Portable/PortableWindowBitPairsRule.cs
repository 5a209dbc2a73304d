using Brim.Compile.Program;
using Brim.Core.IR.Ops;

namespace Brim.Compile.Kernels.Portable;

/// <summary>Windows of the bits of paired codes by <c>brim_window_bit_pairs</c>.</summary>
public sealed class PortableWindowBitPairsRule : PortableRule<WindowBitPairs>
{
    private protected override MatchResult Match(WindowBitPairs op, NodeView node) => CodesOnly([node.InputType(0), node.OutputType()]);

    private protected override KernelCall Lower(WindowBitPairs op, NodeView node, LoweringContext context) =>
        WindowBitsCall.Of(node, "brim_window_bit_pairs", op.Window, op.Alone, Operand(node, context, 0), Result(node));
}
