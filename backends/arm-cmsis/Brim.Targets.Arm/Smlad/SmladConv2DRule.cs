using Brim.Compile.Kernels;
using Brim.Compile.Program;
using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Targets.Arm.Smlad;

/// <summary>Convolutions of one image without groups and dilation: conv2d_s8_smlad.c and conv2d_s8_mla.c.</summary>
/// <param name="kernels">Form of the kernels.</param>
public sealed class SmladConv2DRule(PairKernels kernels) : IKernelRule
{
    /// <summary>Windows that the kernel reads before it writes their results.</summary>
    private const int BlockPixels = 3;

    /// <inheritdoc/>
    public string Name => kernels.RulePrefix + "Conv2DRule";

    /// <inheritdoc/>
    public MatchResult Match(NodeView node)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (node.Node.Op is not Conv2D)
            return MatchResult.OtherOperator("no convolution");
        if (ConvolutionShape.From(node, out var reason) is null)
            return MatchResult.Decline(reason!);
        var layer = WeightedLayer.From(node, out reason);
        reason ??= SmladFilter.Objection(layer!);
        return reason is null ? MatchResult.Accept : MatchResult.Decline(reason);
    }

    /// <inheritdoc/>
    public KernelCall Lower(NodeView node, LoweringContext context)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(context);
        var window = ((Conv2D)node.Node.Op).Window;
        var (x, w, y) = (node.InputType(0), node.InputType(1).Shape, node.OutputType());
        var layer = WeightedLayer.From(node, out _)!;
        var run = w[2] * w[3];
        var order = SmladFilter.TapOrder(w[1], run);
        var parameters = new CStruct("brim_conv2d_s8_smlad_params",
        [
            CField.Of("filter", SmladFilter.Pack(layer, order, context)),
            CField.Of("in_h", x.Shape[1]),
            CField.Of("in_w", x.Shape[2]),
            CField.Of("in_c", x.Shape[3]),
            CField.Of("out_h", y.Shape[1]),
            CField.Of("out_w", y.Shape[2]),
            CField.Of("kernel_h", w[1]),
            CField.Of("kernel_w", w[2]),
            CField.Of("stride_h", window.StrideHeight),
            CField.Of("stride_w", window.StrideWidth),
            CField.Of("pad_top", window.PadTop),
            CField.Of("pad_left", window.PadLeft),
            CField.Of("in_zero_point", layer.InputZeroPoint),
        ]);
        return new KernelCall(
            new Kernel(kernels.Function("conv2d", layer.KernelSuffix), kernels.File("conv2d")),
            [
                new KernelArgument.Parameters(parameters),
                new KernelArgument.Activation(node.Node.Inputs[0], CElement.Int8),
                new KernelArgument.Activation(node.Node.Outputs[0], CElement.Int8),
                new KernelArgument.Scratch(),
            ],
            // The block's taps, and where padding is read a row of it and a copy of a kernel row for each pixel.
            ScratchBytes: (kernels.TapBytes * BlockPixels * order.Length) + (window.IsUnpadded ? 0 : (1 + BlockPixels) * (run + 3) / 4 * 4),
            InPlaceInput: 0)
        {
            SumLayout = kernels.SumLayout with { Shifts = layer.WeightShifts },
            LeadBytes = new ConvolutionShape(window, x.Shape, w, y.Shape).BlockLead(BlockPixels, singleRest: true),
            Work = new ConvolutionWork(window, x.Shape, w, y.Shape).Count(PairWork.Of(layer, order), BlockPixels),
        };
    }
}
