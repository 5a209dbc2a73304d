using System.Collections.Immutable;
using Brim.Compile.Accumulators;
using Brim.Compile.Costs;
using Brim.Compile.Kernels;
using Brim.Compile.Planning;
using Brim.Compile.Program;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;

namespace Brim.Targets.Arm;

/// <summary>Average pooling of int8 codes: average_pool_s8_dsp.c.</summary>
public sealed class ArmAveragePoolRule : IKernelRule
{
    /// <summary>Codes whose sum fits 16 bits.</summary>
    private const int MaxElements = 256;

    /// <inheritdoc/>
    public string Name => nameof(ArmAveragePoolRule);

    /// <inheritdoc/>
    public MatchResult Match(NodeView node)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (node.Node.Op is not AveragePool2D op)
            return MatchResult.OtherOperator("no average pooling");
        var (x, y) = (node.InputType(0), node.OutputType());
        if (x.Element is not { IsInteger: true } || x.Element.MinCode < -128 || x.Element.MaxCode > 127 || y.Element != x.Element || x.Quant is null)
            return MatchResult.Decline("only quantized codes that fit int8");
        if (x.Shape[0] != 1)
            return MatchResult.Decline("more than one image");
        if (op.Window.DilationHeight != 1 || op.Window.DilationWidth != 1)
            return MatchResult.Decline("dilated");
        if (op.Window.PadTop >= op.KernelHeight || op.Window.PadLeft >= op.KernelWidth || op.Window.PadBottom >= op.KernelHeight || op.Window.PadRight >= op.KernelWidth)
            return MatchResult.Decline("windows that lie in the padding as a whole");
        return op.KernelHeight * op.KernelWidth <= MaxElements ? MatchResult.Accept : MatchResult.Decline($"windows of more than {MaxElements} elements");
    }

    /// <inheritdoc/>
    public KernelCall Lower(NodeView node, LoweringContext context)
    {
        ArgumentNullException.ThrowIfNull(node);
        var op = (AveragePool2D)node.Node.Op;
        var (x, y) = (node.InputType(0), node.OutputType());
        var range = CodeRange.Of(y, op.Activation);
        var parameters = new CStruct("brim_average_pool_s8_dsp_params",
        [
            CField.Of("in_h", x.Shape[1]),
            CField.Of("in_w", x.Shape[2]),
            CField.Of("channels", x.Shape[3]),
            CField.Of("out_h", y.Shape[1]),
            CField.Of("out_w", y.Shape[2]),
            CField.Of("kernel_h", op.KernelHeight),
            CField.Of("kernel_w", op.KernelWidth),
            CField.Of("stride_h", op.Window.StrideHeight),
            CField.Of("stride_w", op.Window.StrideWidth),
            CField.Of("pad_top", op.Window.PadTop),
            CField.Of("pad_left", op.Window.PadLeft),
            CField.Of("act_min", range.Min),
            CField.Of("act_max", range.Max),
        ]);
        return new KernelCall(
            new Kernel("brim_average_pool_s8_dsp", ArmKernels.Folder + "average_pool_s8_dsp.c"),
            [
                new KernelArgument.Parameters(parameters),
                new KernelArgument.Activation(node.Node.Inputs[0], CElement.Int8),
                new KernelArgument.Activation(node.Node.Outputs[0], CElement.Int8),
            ],
            InPlaceInput: 0)
        {
            // The window is read again for every four channels, after those before have been written.
            SumLayout = new SumLayout(PackingCatalog.Dual16.Name, [(0, 16)]),
            LeadBytes = (int)ForwardOverlap.Window(op.Window, op.KernelHeight, op.KernelWidth, x, y, rereads: true),
            Work = Work(op, x.Shape, y.Shape),
        };
    }

    private static ImmutableArray<(string Level, long Count)> Work(AveragePool2D op, Shape x, Shape y)
    {
        var (rows, taps) = WindowWork.Inside(op.Window, op.KernelHeight, op.KernelWidth, x, y);
        var (four, single) = (y[3] / 4, y[3] % 4);
        long pixels = y[1] * y[2];
        return WorkCounts.OneCall().Add("row", y[1]).Add("pixel", pixels)
            .Add("four", four * pixels).Add("four_row", four * rows).Add("four_tap", four * taps)
            .Add("single", single * pixels).Add("single_row", single * rows).Add("single_tap", single * taps)
            .ToWork();
    }
}
