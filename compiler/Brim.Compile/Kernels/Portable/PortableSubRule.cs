using Brim.Compile.Program;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;

namespace Brim.Compile.Kernels.Portable;

/// <summary>Difference with broadcasting by <c>brim_add</c>.</summary>
public sealed class PortableSubRule : PortableRule<Sub>
{
    private protected override MatchResult Match(Sub op, NodeView node) => PortableAddRule.MatchOperands(node);

    private protected override KernelCall Lower(Sub op, NodeView node, LoweringContext context) =>
        PortableAddRule.Call(node, context, AdditionScaling.ForSub(node.InputType(0), node.InputType(1), node.OutputType()), subtract: true, op.Activation);
}
