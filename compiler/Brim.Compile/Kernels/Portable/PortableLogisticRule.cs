using Brim.Compile.Program;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;

namespace Brim.Compile.Kernels.Portable;

/// <summary>Logistic of 16-bit codes by <c>brim_logistic_s16</c>. Bytes go through <see cref="PortableLookupRule"/>.</summary>
public sealed class PortableLogisticRule : PortableRule<Logistic>
{
    private protected override MatchResult Match(Logistic op, NodeView node) => SigmoidCall.Match(node);

    private protected override KernelCall Lower(Logistic op, NodeView node, LoweringContext context) => SigmoidCall.Of(
        node, "brim_logistic_s16", SigmoidInt16.ForLogistic(node.InputType(0).Quant!.Scale), Operand(node, context, 0), Result(node));
}
