using Brim.Compile.Kernels;
using Brim.Compile.Program;
using Brim.Core.IR.Ops;

namespace Brim.Targets.Arm.Mve;

/// <summary>Dense layers: a row of inputs is to pointwise_s8_mve.c what a pixel is.</summary>
public sealed class MveFullyConnectedRule : IKernelRule
{
    /// <inheritdoc/>
    public string Name => nameof(MveFullyConnectedRule);

    /// <inheritdoc/>
    public MatchResult Match(NodeView node)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (node.Node.Op is not FullyConnected)
            return MatchResult.OtherOperator("no dense layer");
        return MveLayer.From(node, out var reason) is null ? MatchResult.Decline(reason!) : MatchResult.Accept;
    }

    /// <inheritdoc/>
    public KernelCall Lower(NodeView node, LoweringContext context) => MveMatrixProduct.Call(node, context);
}
