using Brim.Compile.Program;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;

namespace Brim.Compile.Kernels.Portable;

/// <summary>Tanh of 16-bit codes by <c>brim_tanh_s16</c>. Bytes go through <see cref="PortableLookupRule"/>.</summary>
public sealed class PortableTanhRule : PortableRule<Tanh>
{
    private protected override MatchResult Match(Tanh op, NodeView node) => SigmoidCall.Match(node);

    private protected override KernelCall Lower(Tanh op, NodeView node, LoweringContext context) => SigmoidCall.Of(
        node, "brim_tanh_s16", SigmoidInt16.ForTanh(node.InputType(0).Quant!.Scale), Operand(node, context, 0), Result(node));
}
