using Brim.Compile.Kernels;
using Brim.Compile.Planning;
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
        if (node.Node.Op is not Conv2D op)
            return MatchResult.OtherOperator("no convolution");
        if (op.Window.DilationHeight != 1 || op.Window.DilationWidth != 1)
            return MatchResult.Decline("dilated");
        var (x, w) = (node.InputType(0).Shape, node.InputType(1).Shape);
        if (x[0] != 1)
            return MatchResult.Decline("more than one image");
        if (w[3] != x[3])
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
            SumLayout = kernels.SumLayout,
            LeadBytes = (int)Lead(window, x.Shape, w, y.Shape),
            Work = new ConvolutionWork(window, x.Shape, w, y.Shape).Count(PairWork.Of(layer, order), BlockPixels),
        };
    }

    /// <summary>Blocks run across the ends of rows; the pixels after the last whole block are blocks of their own.</summary>
    private static long Lead(Window2D window, Shape x, Shape w, Shape y)
    {
        var units = new List<(long, long)>();
        var pixels = y[1] * y[2];
        for (var p = 0; p < pixels;)
        {
            var next = pixels - p >= BlockPixels ? p + BlockPixels : p + 1;
            var read = Enumerable.Range(p, next - p).Min(q => FirstRead(window, x, w, q / y[2], q % y[2]));
            units.Add((read, (long)next * y[3]));
            p = next;
        }
        return ForwardOverlap.Lead(units);
    }

    private static long FirstRead(Window2D window, Shape x, Shape w, int row, int column)
    {
        var top = Math.Max(0, (row * window.StrideHeight) - window.PadTop);
        var left = Math.Max(0, (column * window.StrideWidth) - window.PadLeft);
        var isOutside = top >= x[1] || left >= x[2] || (row * window.StrideHeight) - window.PadTop + w[1] <= 0
            || (column * window.StrideWidth) - window.PadLeft + w[2] <= 0;
        return isOutside ? long.MaxValue : (((long)top * x[2]) + left) * x[3];
    }
}
