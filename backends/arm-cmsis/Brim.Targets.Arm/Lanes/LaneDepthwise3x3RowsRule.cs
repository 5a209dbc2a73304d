using Brim.Compile.Accumulators;
using Brim.Compile.Kernels;
using Brim.Compile.Program;
using Brim.Core.IR.Ops;

namespace Brim.Targets.Arm.Lanes;

/// <summary>Depthwise 3x3 convolutions by polynomial products of rows: lanes_depthwise3x3_rows.c.</summary>
public sealed class LaneDepthwise3x3RowsRule() : LaneRule(PackingCatalog.SmlalRows, "lanes_depthwise3x3_rows")
{
    private protected override bool KeepsToInt8Flash => true;

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
        return x[2] < 3 ? "fewer than 3 columns" : null;
    }

    private protected override IEnumerable<(string Name, bool Compact, PackingOutcome Outcome)> Variants(LaneLayer layer) =>
        [("", false, DepthwiseRows.Build(layer.Filter, layer.Bounds, layer.LaneLimit))];

    /// <summary>call; channel; pack: words of three pixels packed; row: rows times channels; block: of three pixels; part: second parts of blocks; part_middle: of those within a row; store: codes stored.</summary>
    private protected override LaneCall Call(NodeView node, LaneLayer layer, PackedLayer packed, bool compact, LaneArrays arrays)
    {
        var x = node.InputType(0).Shape;
        var (height, width, channels) = (x[1], x[2], x[3]);
        var blocks = (width + 2) / 3;
        return new LaneCall(
            [
                CField.Of("height", height),
                CField.Of("width", width),
                CField.Of("channels", channels),
                CField.Of("spacing", packed.Spacing),
                CField.Of("split_bits", packed.SplitBits),
                CField.Of("code_bits", DepthwiseRows.CodeBits(layer.Filter)),
                CField.Of("greatest", layer.Bounds.Greatest),
                CField.Of("input_offset", layer.InputOffset),
                CField.Of("padding", layer.Bounds.Padding),
                CField.Of("weights", arrays.Stream),
                arrays.ChannelField,
                CField.Of("output", layer.Output()),
            ],
            blocks * (height + 2),
            // Any distance: the kernel moves its input to a whole number of pixels above the result.
            LeadBytes: 0,
            [
                ("call", 1),
                ("channel", channels),
                ("pack", (long)channels * height * blocks),
                ("row", (long)channels * height),
                ("block", (long)channels * height * blocks),
                ("part", packed.SplitBits == 0 ? 0 : (long)channels * height * blocks),
                ("part_middle", packed.SplitBits == 0 ? 0 : (long)channels * height * (blocks - (width % 3 == 0 ? 1 : 2))),
                ("store", (long)channels * height * width),
            ]);
    }
}
