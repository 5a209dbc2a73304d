using Brim.Compile.Accumulators;
using Brim.Compile.Kernels;
using Brim.Compile.Program;

namespace Brim.Targets.Arm.Lanes;

/// <summary>Depthwise 3x3 convolutions of two pixels a word: lanes_depthwise3x3_pixels.c.</summary>
public sealed class LaneDepthwise3x3PixelsRule() : LaneDepthwise3x3Rule(PackingCatalog.SmlalPixels, "lanes_depthwise3x3_pixels")
{
    private protected override int LeastWidth => 1;

    private protected override IEnumerable<(string Name, PackingOutcome Outcome)> Variants(LaneLayer layer) =>
        [("", DepthwisePixels.Build(layer.Filter, layer.Bounds, layer.LaneLimit))];

    /// <summary>call; channel; row: rows times channels; pair: of pixels, packed and summed; store: codes stored.</summary>
    private protected override LaneCall Call(NodeView node, LaneLayer layer, PackedLayer packed, LaneArrays arrays)
    {
        var x = node.InputType(0).Shape;
        var (height, width, channels) = (x[1], x[2], x[3]);
        var pairs = (width / 2) + 1;
        return new LaneCall(
            [
                CField.Of("height", height),
                CField.Of("width", width),
                CField.Of("channels", channels),
                CField.Of("code_bits", DepthwiseCodes.Bits(layer.Filter)),
                CField.Of("greatest", layer.Bounds.Greatest),
                CField.Of("input_offset", layer.InputOffset),
                CField.Of("padding", layer.Bounds.Padding),
                CField.Of("weights", arrays.Stream),
                arrays.ChannelField,
                CField.Of("output", layer.Output()),
            ],
            (pairs * (height + 2)) + 1,
            // Any distance: the kernel moves its input to a whole number of pixels above the result.
            LeadBytes: 0,
            [
                ("call", 1),
                ("channel", channels),
                ("row", (long)channels * height),
                ("pair", (long)channels * height * pairs),
                ("store", (long)channels * height * width),
            ]);
    }
}
