using Brim.Compile.Kernels;
using Brim.Compile.Program;
using Brim.Core.IR.Ops;

namespace Brim.Targets.Arm.Mve;

/// <summary>1x1 convolutions with stride 1: pointwise_s8_mve.c.</summary>
public sealed class MvePointwiseRule : IKernelRule
{
    /// <inheritdoc/>
    public string Name => nameof(MvePointwiseRule);

    /// <inheritdoc/>
    public MatchResult Match(NodeView node)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (node.Node.Op is not Conv2D op)
            return MatchResult.OtherOperator("no convolution");
        var w = node.InputType(1).Shape;
        if (w[1] != 1 || w[2] != 1 || op.Window is not { StrideHeight: 1, StrideWidth: 1, IsUnpadded: true })
            return MatchResult.Decline("only 1x1 kernels with stride 1 and without padding");
        if (w[3] != node.InputType(0).Shape[3])
            return MatchResult.Decline("grouped");
        return MveLayer.From(node, out var reason) is null ? MatchResult.Decline(reason!) : MatchResult.Accept;
    }

    /// <inheritdoc/>
    public KernelCall Lower(NodeView node, LoweringContext context) => MveMatrixProduct.Call(node, context);
}
