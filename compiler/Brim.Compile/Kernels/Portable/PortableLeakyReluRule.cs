using Brim.Compile.Program;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;

namespace Brim.Compile.Kernels.Portable;

/// <summary>Leaky relu of 16-bit codes by <c>brim_rescale</c>.</summary>
public sealed class PortableLeakyReluRule : PortableRule<LeakyRelu>
{
    private protected override MatchResult Match(LeakyRelu op, NodeView node) => RescaleCall.Match(node.InputType(0), node.OutputType());

    private protected override KernelCall Lower(LeakyRelu op, NodeView node, LoweringContext context)
    {
        var (x, y) = (node.InputType(0), node.OutputType());
        var (identity, slope) = op.Factors(x, y);
        return RescaleCall.Of(node, Operand(node, context, 0), Result(node), identity, slope, CodeRange.Of(y.Element));
    }
}
