using System.Collections.Immutable;
using Brim.Compile.Accumulators;
using Brim.Compile.Kernels;
using Brim.Compile.Program;
using Brim.Core.IR.Ops;

namespace Brim.Targets.Arm.Lanes;

/// <summary>Convolutions with two channels in a halfword: lanes_conv_dual.c.</summary>
public sealed class LaneConvDualRule() : LaneRule(PackingCatalog.SmladDual, "lanes_conv_dual")
{
    private const int BlockPixels = 4;
    private const int TileOutputs = 4;

    private protected override bool Computes(Op op) => op is Conv2D;

    private protected override string? Objection(NodeView node)
    {
        ConvolutionShape.From(node, out var reason);
        return reason;
    }

    private protected override IEnumerable<(string Name, PackingOutcome Outcome)> Variants(LaneLayer layer) =>
        LaneVariants.DualStorage(layer, DualStream.BuildConvolution);

    private protected override LaneCall Call(NodeView node, LaneLayer layer, PackedLayer packed, LaneArrays arrays) =>
        Calls(node, layer, packed, arrays).First().Call;

    private protected override IEnumerable<(string Name, LaneCall Call)> Calls(NodeView node, LaneLayer layer, PackedLayer packed, LaneArrays arrays)
    {
        var shape = ConvolutionShape.From(node, out _)!;
        var groups = (shape.Taps + 3) / 4;
        var blocks = (shape.Pixels + BlockPixels - 1) / BlockPixels;
        return StripRows.Blocks(blocks, s => 4 * StripWords(s), StripBytes).Select(strip => ($"strips of {BlockPixels * strip} pixels", WithStrips(strip)));

        int StripWords(int strip) => ((groups * 8) + (BlockPixels * TileOutputs)) * strip;

        LaneCall WithStrips(int strip) => new(
            [
                .. WindowParameters.Geometry(shape, layer),
                CField.Of("strip_blocks", strip),
                CField.Of("tail_words", packed.LongestTile),
                CField.Of("stream", arrays.Stream),
                arrays.ChannelField,
                CField.Of("output", layer.Output()),
            ],
            packed.LongestTile + StripWords(strip) + groups,
            shape.BlockLead(BlockPixels * strip),
            Work(shape, packed, strip));
    }

    /// <summary>
    /// call; strip; block: of four pixels; window: rows of windows gathered; expand: words of four codes gathered, padding included; open: tiles times strips; tail:
    /// steps expanded; tile: calls of the tile function; segment: their runs of unrolled steps; chunk: their spills; high: those of all lanes; step; line: channels
    /// times strips; store: codes stored. Where channels do not fill words, gather: codes copied one by one.
    /// </summary>
    private static ImmutableArray<(string Level, long Count)> Work(ConvolutionShape shape, PackedLayer packed, int strip)
    {
        long blocks = (shape.Pixels + BlockPixels - 1) / BlockPixels;
        var strips = (blocks + strip - 1) / strip;
        var tiles = (shape.Y[3] + TileOutputs - 1) / TileOutputs;
        var low = packed.Tiles.Where(t => t.Lanes[0].Offset == 0).ToList();
        var high = packed.Tiles.Where(t => t.Lanes[0].Offset != 0);
        return
        [
            ("call", 1),
            ("strip", strips),
            ("block", blocks),
            ("window", (long)shape.Pixels * shape.W[1]),
            ("expand", blocks * BlockPixels * ((shape.Taps + 3) / 4)),
            ("gather", shape.X[3] % 4 == 0 ? 0 : (long)shape.Pixels * shape.Taps),
            ("open", strips * tiles),
            ("tail", strips * packed.ExpandedSteps),
            ("tile", blocks * tiles),
            ("segment", blocks * low.Sum(t => t.Chunks.Sum(c => (c.End - c.Begin + DualStream.ConvolutionSegment - 1L) / DualStream.ConvolutionSegment))),
            ("chunk", blocks * low.Sum(t => t.Chunks.Length - 1L)),
            ("high", blocks * high.Sum(t => t.Chunks.Length - 1L)),
            ("step", blocks * low.Sum(t => t.Chunks.Sum(c => (long)c.End - c.Begin))),
            ("line", strips * shape.Y[3]),
            ("store", (long)shape.Pixels * shape.Y[3]),
        ];
    }
}
