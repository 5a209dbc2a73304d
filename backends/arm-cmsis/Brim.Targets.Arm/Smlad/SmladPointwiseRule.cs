using System.Collections.Immutable;
using Brim.Compile.Costs;
using Brim.Compile.Kernels;
using Brim.Compile.Planning;
using Brim.Compile.Program;
using Brim.Core.IR.Ops;

namespace Brim.Targets.Arm.Smlad;

/// <summary>1x1 convolutions with stride 1: pointwise_s8_smlad.c and pointwise_s8_mla.c.</summary>
/// <param name="kernels">Form of the kernels.</param>
public sealed class SmladPointwiseRule(PairKernels kernels) : IKernelRule
{
    /// <summary>Pixels that the kernel reads before it writes their results.</summary>
    private const int BlockPixels = 3;

    /// <inheritdoc/>
    public string Name => kernels.RulePrefix + "PointwiseRule";

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
        var layer = WeightedLayer.From(node, out var reason);
        reason ??= SmladFilter.Objection(layer!);
        return reason is null ? MatchResult.Accept : MatchResult.Decline(reason);
    }

    /// <inheritdoc/>
    public KernelCall Lower(NodeView node, LoweringContext context)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(context);
        var (x, y) = (node.InputType(0), node.OutputType());
        var layer = WeightedLayer.From(node, out _)!;
        var order = SmladFilter.TapOrder(1, x.Shape[3]);
        var parameters = new CStruct("brim_pointwise_s8_smlad_params",
        [
            CField.Of("filter", SmladFilter.Pack(layer, order, context)),
            CField.Of("in_c", x.Shape[3]),
            CField.Of("pixels", y.Shape.ElementCount / y.Shape[3]),
        ]);
        return new KernelCall(
            new Kernel(kernels.Function("pointwise", layer.KernelSuffix), kernels.File("pointwise")),
            [
                new KernelArgument.Parameters(parameters),
                new KernelArgument.Activation(node.Node.Inputs[0], CElement.Int8),
                new KernelArgument.Activation(node.Node.Outputs[0], CElement.Int8),
                new KernelArgument.Scratch(),
            ],
            ScratchBytes: kernels.TapBytes * BlockPixels * order.Length,
            InPlaceInput: 0)
        {
            SumLayout = kernels.SumLayout with { Shifts = layer.WeightShifts },
            LeadBytes = (int)Lead(y.Shape.ElementCount / y.Shape[3], x.Shape[3], y.Shape[3]),
            Work = Work(PairWork.Of(layer, order), y.Shape.ElementCount / y.Shape[3], x.Shape[3]),
        };
    }

    private static ImmutableArray<(string Level, long Count)> Work(PairWork block, long pixels, int depth)
    {
        var work = WorkCounts.OneCall();
        var (blocks, single) = (pixels / BlockPixels, pixels % BlockPixels);
        PairWork.Expand(work, BlockPixels, blocks, depth);
        block.Blocks3(work, blocks);
        PairWork.Expand(work, 1, single, depth);
        block.Blocks1(work, single);
        return work.ToWork();
    }

    private static long Lead(long pixels, int inputChannels, int outputChannels)
    {
        var units = new List<(long, long)>();
        for (long p = 0; p < pixels;)
        {
            var next = pixels - p >= BlockPixels ? p + BlockPixels : p + 1;
            units.Add((p * inputChannels, next * outputChannels));
            p = next;
        }
        return ForwardOverlap.Lead(units);
    }
}
