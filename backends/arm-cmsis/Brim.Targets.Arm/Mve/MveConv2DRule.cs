using Brim.Compile.Kernels;
using Brim.Compile.Program;
using Brim.Core.IR.Ops;

namespace Brim.Targets.Arm.Mve;

/// <summary>Convolutions of one image without groups and dilation: conv2d_s8_mve.c.</summary>
public sealed class MveConv2DRule : IKernelRule
{
    /// <inheritdoc/>
    public string Name => nameof(MveConv2DRule);

    /// <inheritdoc/>
    public MatchResult Match(NodeView node)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (node.Node.Op is not Conv2D)
            return MatchResult.OtherOperator("no convolution");
        if (ConvolutionShape.From(node, out var reason) is null)
            return MatchResult.Decline(reason!);
        return MveLayer.From(node, out reason) is null ? MatchResult.Decline(reason!) : MatchResult.Accept;
    }

    /// <inheritdoc/>
    public KernelCall Lower(NodeView node, LoweringContext context)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(context);
        var shape = ConvolutionShape.From(node, out _)!;
        var (window, x, w, y) = (shape.Window, shape.X, shape.W, shape.Y);
        var layer = MveLayer.From(node, out _)!;
        var parameters = new CStruct("brim_conv2d_s8_mve_params",
        [
            CField.Of("filter", layer.Filter(context)),
            CField.Of("in_h", x[1]),
            CField.Of("in_w", x[2]),
            CField.Of("in_c", x[3]),
            CField.Of("out_h", y[1]),
            CField.Of("out_w", y[2]),
            CField.Of("kernel_h", w[1]),
            CField.Of("kernel_w", w[2]),
            CField.Of("stride_h", window.StrideHeight),
            CField.Of("stride_w", window.StrideWidth),
            CField.Of("pad_top", window.PadTop),
            CField.Of("pad_left", window.PadLeft),
            CField.Of("in_zero_point", layer.InputZeroPoint),
        ]);
        var isStaged = x[3] % MveLayer.StepTaps != 0;
        return new KernelCall(
            new Kernel("brim_conv2d_s8_mve" + layer.KernelSuffix, ArmKernels.Folder + "conv2d_s8_mve.c"),
            [
                new KernelArgument.Parameters(parameters),
                new KernelArgument.Activation(node.Node.Inputs[0], CElement.Int8),
                new KernelArgument.Activation(node.Node.Outputs[0], CElement.Int8),
                new KernelArgument.Scratch(),
            ],
            ScratchBytes: MveLayer.StepTaps * ((MveLayer.BlockPixels * layer.Steps) + (isStaged ? layer.Steps + 1 : 0)),
            InPlaceInput: 0)
        {
            SumLayout = MveLayer.SumLayout,
            LeadBytes = shape.BlockLead(layer.Channels < 2 ? 1 : MveLayer.BlockPixels, singleRest: true),
            Work = new MveConvolutionWork(shape, layer).Count(),
        };
    }
}
