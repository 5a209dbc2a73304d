using System.Collections.Immutable;
using Brim.Compile.Costs;
using Brim.Compile.Kernels;
using Brim.Compile.Planning;
using Brim.Compile.Program;
using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Targets.Arm.Mve;

/// <summary>Depthwise 3x3 convolutions with multiplier 1 and stride 1 or 2: depthwise3x3_s8_mve.c.</summary>
public sealed class MveDepthwise3x3Rule : IKernelRule
{
    private const int VectorBytes = 16;

    /// <inheritdoc/>
    public string Name => nameof(MveDepthwise3x3Rule);

    /// <inheritdoc/>
    public MatchResult Match(NodeView node)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (node.Node.Op is not DepthwiseConv2D op)
            return MatchResult.OtherOperator("no depthwise convolution");
        var reason = ShapeObjection(op.Window, node.InputType(0).Shape, node.InputType(1).Shape);
        if (reason is null)
            MveLayer.From(node, out reason);
        return reason is null ? MatchResult.Accept : MatchResult.Decline(reason);
    }

    /// <inheritdoc/>
    public KernelCall Lower(NodeView node, LoweringContext context) => Candidates(node, context)[0].Call!;

    /// <inheritdoc/>
    public ImmutableArray<KernelCandidate> Candidates(NodeView node, LoweringContext context)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(context);
        var match = Match(node);
        if (!match.Accepted)
            return [KernelCandidate.Refused(Name, match.Reason!) with { IsOtherOperator = match.IsOtherOperator }];
        var window = ((DepthwiseConv2D)node.Node.Op).Window;
        var (x, y) = (node.InputType(0).Shape, node.OutputType().Shape);
        var layer = MveLayer.From(node, out _)!;
        ImmutableArray<CField> arrays = [.. layer.Arrays(context, 0)];
        return [.. MveStrip.All(window.StrideHeight, layer.Channels, y[1], y[2])
            .Select(strip => KernelCandidate.Of($"{Name}: strips of {strip.Rows} rows", Call(strip)))];

        KernelCall Call(MveStrip strip)
        {
            var parameters = new CStruct("brim_depthwise3x3_s8_mve_params",
            [
                .. arrays,
                CField.Of("in_h", x[1]),
                CField.Of("in_w", x[2]),
                CField.Of("channel_count", layer.Channels),
                CField.Of("out_h", y[1]),
                CField.Of("out_w", y[2]),
                CField.Of("pad_top", window.PadTop),
                CField.Of("pad_left", window.PadLeft),
                CField.Of("strip_rows", strip.Rows),
                CField.Of("in_zero_point", layer.InputZeroPoint),
                .. layer.Codes(),
            ]);
            var function = window.StrideHeight == 1 ? "brim_depthwise3x3_s8_mve" : "brim_depthwise3x3_stride2_s8_mve";
            return new KernelCall(
                new Kernel(function + layer.KernelSuffix, ArmKernels.Folder + "depthwise3x3_s8_mve.c"),
                [
                    new KernelArgument.Parameters(parameters),
                    new KernelArgument.Activation(node.Node.Inputs[0], CElement.Int8),
                    new KernelArgument.Activation(node.Node.Outputs[0], CElement.Int8),
                    new KernelArgument.Scratch(),
                ],
                ScratchBytes: strip.ScratchBytes,
                InPlaceInput: 0)
            {
                SumLayout = MveLayer.SumLayout,
                LeadBytes = (int)Lead(window, x, y, strip.Rows),
                Work = Work(window, x, y, strip, layer.KernelSuffix.EndsWith("_clamped", StringComparison.Ordinal)),
            };
        }
    }

    private static string? ShapeObjection(Window2D window, Shape x, Shape w)
    {
        if (w[1] != 3 || w[2] != 3 || window.DilationHeight != 1 || window.DilationWidth != 1)
            return "only 3x3 kernels without dilation";
        if (window.StrideHeight != window.StrideWidth || window.StrideHeight > 2)
            return "only strides 1 and 2, the same in both directions";
        if (w[3] != x[3])
            return "more than one result a channel";
        return x[0] != 1 ? "more than one image" : null;
    }

    /// <summary>A strip's rows are read before its results are written.</summary>
    private static long Lead(Window2D window, Shape x, Shape y, int stripRows)
    {
        var units = new List<(long, long)>();
        for (var row = 0; row < y[1]; row += stripRows)
        {
            var top = Math.Max(0, (row * window.StrideHeight) - window.PadTop);
            units.Add((top < x[1] ? (long)top * x[2] * x[3] : long.MaxValue, (long)Math.Min(row + stripRows, y[1]) * y[2] * y[3]));
        }
        return ForwardOverlap.Lead(units);
    }

    private static ImmutableArray<(string Level, long Count)> Work(Window2D window, Shape x, Shape y, MveStrip strip, bool isClamped)
    {
        var work = WorkCounts.OneCall().Add("channel_byte", y[3]);
        var channels = y[3];
        for (var row = 0; row < y[1]; row += strip.Rows)
        {
            var rows = Math.Min(strip.Rows, y[1] - row);
            var groups = (rows + strip.GroupRows - 1) / strip.GroupRows;
            for (var group = 0; group < groups; group++)
                AddWords(work, window, x, y, row + (group * strip.GroupRows), Math.Min(strip.GroupRows, rows - (group * strip.GroupRows)));
            // The last row of an odd number is computed patch by patch.
            var whole = rows / strip.GroupRows;
            work.Add("channel", channels)
                .Add("row", (long)channels * whole)
                .Add("patch", (long)channels * whole * (y[2] / strip.PatchResults))
                .Add("rest_patch", (long)channels * whole * Math.Sign(y[2] % strip.PatchResults))
                .Add("lone_patch", (long)channels * (groups - whole) * ((y[2] + strip.PatchResults - 1) / strip.PatchResults));
            var codes = isClamped ? rows * y[2] * channels : 0;
            work.Add("clamp_vector", codes / VectorBytes).Add("clamp_byte", codes % VectorBytes);
        }
        return work.ToWork();
    }

    /// <summary>A row of words: of rows inside the input all columns at once where channels are whole vectors.</summary>
    private static void AddWords(WorkCounts work, Window2D window, Shape x, Shape y, int outputRow, int results)
    {
        var (channels, columns, top) = (y[3], ((y[2] - 1) * window.StrideWidth) + 3, (outputRow * window.StrideHeight) - window.PadTop);
        var inside = Math.Max(0, Math.Min(x[2], columns - window.PadLeft));
        var isWhole = channels % VectorBytes == 0 && top >= 0 && top + results + 2 <= x[1];
        work.Add("words", 1)
            .Add("column", columns - (isWhole ? inside : 0))
            .Add("vector", (long)columns * (channels / VectorBytes))
            .Add("rest_vector", (long)columns * Math.Sign(channels % VectorBytes));
    }
}
