using Brim.Compile.Program;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;

namespace Brim.Compile.Kernels.Portable;

/// <summary>Stand-alone relu, relu6 and relu_n1_to_1 of 16-bit codes by <c>brim_rescale</c>.</summary>
public sealed class PortableActivationRule : PortableRule<UnaryActivation>
{
    private protected override MatchResult Match(UnaryActivation op, NodeView node) => RescaleCall.Match(node.InputType(0), node.OutputType());

    private protected override KernelCall Lower(UnaryActivation op, NodeView node, LoweringContext context)
    {
        var (x, y) = (node.InputType(0), node.OutputType());
        var factor = QuantizedMultiplier.FromReal(x.Quant!.Scale / y.Quant!.Scale);
        return RescaleCall.Of(node, Operand(node, context, 0), Result(node), factor, factor, CodeRange.Of(y, op.Activation));
    }
}
