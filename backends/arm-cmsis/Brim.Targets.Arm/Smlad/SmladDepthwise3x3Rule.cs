using System.Collections.Immutable;
using Brim.Compile.Kernels;
using Brim.Compile.Program;
using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Targets.Arm.Smlad;

/// <summary>Depthwise 3x3 convolutions with multiplier 1 and stride 1 or 2: depthwise3x3_s8_smlad.c and depthwise3x3_s8_mla.c.</summary>
/// <param name="kernels">Form of the kernels.</param>
public sealed class SmladDepthwise3x3Rule(PairKernels kernels) : IKernelRule
{
    /// <summary>Channels that the kernel takes out of the input at a time.</summary>
    private const int PlaneCount = 4;

    /// <summary>
    /// Scratch that a strip may take where costs are not known. Longer strips save the set-up of a channel (some 150 instructions) and the rows that
    /// neighbouring strips share; beyond this the gain is below a percent.
    /// </summary>
    private const int StripBytes = 4096;

    /// <inheritdoc/>
    public string Name => kernels.RulePrefix + "Depthwise3x3Rule";

    /// <inheritdoc/>
    public MatchResult Match(NodeView node)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (node.Node.Op is not DepthwiseConv2D op)
            return MatchResult.OtherOperator("no depthwise convolution");
        var reason = ShapeObjection(op.Window, node.InputType(0).Shape, node.InputType(1).Shape, node.OutputType().Shape);
        if (reason is null)
            WeightedLayer.From(node, out reason);
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
        var (x, y) = (node.InputType(0), node.OutputType());
        var layer = WeightedLayer.From(node, out _)!;
        var stride = window.StrideHeight;
        var rowWords = stride == 1 ? ((y.Shape[2] + 1) / 2) + 1 : y.Shape[2] + 1;
        var weights = context.Array("weights", CElement.Int8, Weights(layer), "weights");
        var channels = context.Array("channels", CElement.Int32, Channels(layer), "requantization");
        var shifts = context.Array("shifts", CElement.UInt8, [.. Enumerable.Range(0, layer.Channels).Select(c => (long)layer.ShiftLessOne(c))], "requantization");
        return [.. StripRows.Heights(y.Shape[1], bands: 1, rows => ScratchBytes(rowWords, stride, rows), StripBytes)
            .Select(rows => KernelCandidate.Of($"{Name}: strips of {rows} rows", Call(rows)))];

        KernelCall Call(int stripRows)
        {
            var parameters = new CStruct("brim_depthwise3x3_s8_smlad_params",
            [
                CField.Of("weights", weights),
                CField.Of("channels", channels),
                CField.Of("shifts", shifts),
                CField.Of("in_h", x.Shape[1]),
                CField.Of("in_w", x.Shape[2]),
                CField.Of("channel_count", layer.Channels),
                CField.Of("out_h", y.Shape[1]),
                CField.Of("out_w", y.Shape[2]),
                CField.Of("stride", stride),
                CField.Of("pad_top", window.PadTop),
                CField.Of("pad_left", window.PadLeft),
                CField.Of("strip_rows", stripRows),
                CField.Of("plane_words", rowWords),
                CField.Of("in_zero_point", layer.InputZeroPoint),
                CField.Of("out_offset", layer.OutputOffset),
                CField.Of("act_min", layer.OutputRange.Min),
                CField.Of("act_max", layer.OutputRange.Max),
            ]);
            var function = kernels.Function(stride == 1 ? "depthwise3x3" : "depthwise3x3_stride2", layer.KernelSuffix);
            return new KernelCall(
                new Kernel(function, kernels.File("depthwise3x3")),
                [
                    new KernelArgument.Parameters(parameters),
                    new KernelArgument.Activation(node.Node.Inputs[0], CElement.Int8),
                    new KernelArgument.Activation(node.Node.Outputs[0], CElement.Int8),
                    new KernelArgument.Scratch(),
                ],
                ScratchBytes: ScratchBytes(rowWords, stride, stripRows) + (kernels.NeedsRowSums ? 4 * y.Shape[2] : 0),
                // Any distance: the kernel moves its input to a whole number of pixels above the result.
                InPlaceInput: 0)
            {
                SumLayout = kernels.DepthwiseLayout with { Shifts = layer.WeightShifts },
                Work = new DepthwiseWork(window, x.Shape, y.Shape).Count(rowWords, stripRows, layer.KernelSuffix.EndsWith("_clamped", StringComparison.Ordinal)),
            };
        }
    }

    private static string? ShapeObjection(Window2D window, Shape x, Shape w, Shape y)
    {
        if (Depthwise3x3.Objection(window, x, w, y) is { } objection)
            return objection;
        return x[3] < PlaneCount || y[2] < 2 ? $"only {PlaneCount} channels or more and 2 output columns or more" : null;
    }

    private static int ScratchBytes(int rowWords, int stride, int stripRows) => 4 * PlaneCount * rowWords * (((stripRows - 1) * stride) + 3);

    private static ImmutableArray<long> Weights(WeightedLayer layer)
    {
        var weights = ImmutableArray.CreateBuilder<long>();
        for (var c = 0; c < layer.Channels; c++)
        {
            foreach (var w in layer.Weights(c))
                weights.Add(w);
        }
        weights.AddRange(0, 0, 0); // the last kernel row is read as a whole word
        return weights.ToImmutable();
    }

    private static ImmutableArray<long> Channels(WeightedLayer layer)
    {
        var words = ImmutableArray.CreateBuilder<long>();
        for (var c = 0; c < layer.Channels; c++)
        {
            words.Add(2 * layer.Bias[c]);
            words.Add(layer.Factors[c].Multiplier);
        }
        return words.ToImmutable();
    }
}
