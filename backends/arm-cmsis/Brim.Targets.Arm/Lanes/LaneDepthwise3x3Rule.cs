using Brim.Compile.Accumulators;
using Brim.Compile.Kernels;
using Brim.Core.IR.Ops;

namespace Brim.Targets.Arm.Lanes;

/// <summary>What the rules for depthwise 3x3 convolutions of stride 1 have in common: which layers they take, and that their streams are the weights' codes.</summary>
/// <param name="packing">The packing.</param>
/// <param name="function">Kernel function.</param>
public abstract class LaneDepthwise3x3Rule(Packing packing, string function) : LaneRule(packing, function)
{
    /// <summary>Fewest columns of an image.</summary>
    private protected abstract int LeastWidth { get; }

    private protected override bool Computes(Op op) => op is DepthwiseConv2D;

    private protected override string? Objection(NodeView node)
    {
        var op = (DepthwiseConv2D)node.Node.Op;
        var (x, w) = (node.InputType(0).Shape, node.InputType(1).Shape);
        if (w[1] != 3 || w[2] != 3 || op.Window is not
            { StrideHeight: 1, StrideWidth: 1, DilationHeight: 1, DilationWidth: 1, PadTop: 1, PadLeft: 1, PadBottom: 1, PadRight: 1 })
            return $"only 3x3 kernels with stride 1 and one pixel of padding around, not {w[1]}x{w[2]} with {op.Window}";
        if (w[3] != x[3])
            return "more than one result a channel";
        if (x[0] != 1)
            return "more than one image";
        return x[2] < LeastWidth ? $"fewer than {LeastWidth} columns" : null;
    }
}
