using Brim.Compile.Accumulators;
using Brim.Compile.Kernels;
using Brim.Compile.Program;

namespace Brim.Targets.Arm.Lanes;

/// <summary>Depthwise 3x3 convolutions by polynomial products of rows: lanes_depthwise3x3_rows.c.</summary>
public sealed class LaneDepthwise3x3RowsRule() : LaneDepthwise3x3Rule(PackingCatalog.SmlalRows, "lanes_depthwise3x3_rows")
{
    private protected override int LeastWidth => 3;

    private protected override IEnumerable<(string Name, PackingOutcome Outcome)> Variants(LaneLayer layer) =>
        [("", DepthwiseRows.Build(layer.Filter, layer.Bounds, layer.LaneLimit))];

    /// <summary>call; channel; pack: words of three pixels packed; row: rows times channels; block: of three pixels; store: codes stored.</summary>
    private protected override LaneCall Call(NodeView node, LaneLayer layer, PackedLayer packed, LaneArrays arrays)
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
                CField.Of("code_bits", DepthwiseCodes.Bits(layer.Filter)),
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
                ("store", (long)channels * height * width),
            ]);
    }
}
