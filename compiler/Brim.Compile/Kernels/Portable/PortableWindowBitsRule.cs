using Brim.Compile.Program;
using Brim.Core.IR.Ops;

namespace Brim.Compile.Kernels.Portable;

/// <summary>Windows of the bits of 16-bit codes by <c>brim_window_bits</c>. Bytes go through <see cref="PortableLookupRule"/>.</summary>
public sealed class PortableWindowBitsRule : PortableRule<WindowBits>
{
    private protected override MatchResult Match(WindowBits op, NodeView node) => CodesOnly([node.InputType(0), node.OutputType()]);

    private protected override KernelCall Lower(WindowBits op, NodeView node, LoweringContext context) =>
        WindowBitsCall.Of(node, "brim_window_bits", op.Window, null, Operand(node, context, 0), Result(node));
}
