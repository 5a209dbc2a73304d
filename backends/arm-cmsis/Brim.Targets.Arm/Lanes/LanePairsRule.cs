using System.Collections.Immutable;
using Brim.Compile.Accumulators;
using Brim.Compile.Kernels;
using Brim.Compile.Planning;
using Brim.Compile.Program;
using Brim.Core.IR.Ops;

namespace Brim.Targets.Arm.Lanes;

/// <summary>Convolutions with two pixels in a word, for weights of up to 7 bits: what lanes_pairs.h has in common.</summary>
/// <param name="packing">The packing.</param>
/// <param name="function">Kernel function.</param>
/// <param name="blockWords">Words of a block of four pixels for each four taps.</param>
public abstract class LanePairsRule(Packing packing, string function, int blockWords) : LaneRule(packing, function)
{
    private const int BlockPixels = 4;
    private const int TileOutputs = 4;

    private protected override bool Computes(Op op) => op is Conv2D;

    private protected override string? Objection(NodeView node)
    {
        ConvolutionShape.From(node, out var reason);
        return reason;
    }

    private protected override LaneCall Call(NodeView node, LaneLayer layer, PackedLayer packed, LaneArrays arrays) =>
        Calls(node, layer, packed, arrays).First().Call;

    private protected override IEnumerable<(string Name, LaneCall Call)> Calls(NodeView node, LaneLayer layer, PackedLayer packed, LaneArrays arrays)
    {
        var shape = ConvolutionShape.From(node, out _)!;
        var groups = (shape.Taps + 3) / 4;
        var blocks = (shape.Pixels + BlockPixels - 1) / BlockPixels;
        var codeBits = PairCodes.Bits(layer.Filter.Limit)!.Value;
        return StripRows.Blocks(blocks, BlocksBytes, StripBytes).Select(strip => ($"strips of {BlockPixels * strip} pixels", WithStrips(strip)));

        int BlocksBytes(int strip) => 4 * blockWords * groups * strip;

        LaneCall WithStrips(int strip) => new(
            [
                .. WindowParameters.Geometry(shape, layer),
                CField.Of("spacing", packed.Spacing),
                CField.Of("strip_blocks", strip),
                CField.Of("code_bits", codeBits),
                CField.Of("tile_words", packed.LongestTile),
                CField.Of("stream", arrays.Stream),
                arrays.ChannelField,
                CField.Of("output", layer.Output()),
            ],
            packed.LongestTile + (BlocksBytes(strip) / 4) + (BlockPixels * groups),
            shape.BlockLead(BlockPixels * strip),
            Work(shape, layer, packed, codeBits, strip));
    }

    /// <summary>Chunks that the tile function empties all lanes after, and those of low lanes only.</summary>
    private protected abstract (long Chunks, long High) Spills(PackedLayer packed);

    /// <summary>Steps that are unrolled, and runs of them.</summary>
    private protected abstract (long Steps, long Segments) Steps(PackedLayer packed);

    /// <summary>
    /// call; strip; block: of four pixels; window: rows of windows copied; copy: words of four codes copied; gather: codes copied one by one where channels do
    /// not fill words; merge: words of four codes of two pixels; offset: the same, where codes are not counted from 0; open: chunks whose starts are expanded; expand: steps expanded
    /// from 4 or 5 bits a weight; expand_wide: from 6 or 7; tile: calls of the tile function; segment; chunk; high; step; store: codes stored.
    /// </summary>
    private ImmutableArray<(string Level, long Count)> Work(ConvolutionShape shape, LaneLayer layer, PackedLayer packed, int codeBits, int strip)
    {
        long blocks = (shape.Pixels + BlockPixels - 1) / BlockPixels;
        var strips = (blocks + strip - 1) / strip;
        long groups = (shape.Taps + 3) / 4;
        var (steps, segments) = Steps(packed);
        var (chunks, high) = Spills(packed);
        var isWhole = shape.X[3] % 4 == 0;
        var isDirect = isWhole && shape.W[1] == 1 && shape.W[2] == 1 && shape.Window.IsUnpadded;
        return
        [
            ("call", 1),
            ("strip", strips),
            ("block", blocks),
            ("window", isDirect ? 0 : (long)shape.Pixels * shape.W[1]),
            ("copy", isDirect || !isWhole ? 0 : shape.Pixels * groups),
            ("gather", isWhole ? 0 : (long)shape.Pixels * shape.Taps),
            ("merge", 2 * blocks * groups),
            ("offset", layer.InputOffset == 0 ? 0 : 2 * blocks * groups),
            ("open", strips * packed.Tiles.Where(t => t.Lanes[0].Offset == 0).Sum(t => (long)t.Chunks.Length)),
            (codeBits <= 5 ? "expand" : "expand_wide", strips * steps),
            ("tile", blocks * ((shape.Y[3] + TileOutputs - 1) / TileOutputs)),
            ("segment", blocks * segments),
            ("chunk", blocks * chunks),
            ("high", blocks * high),
            ("step", blocks * steps),
            ("store", (long)shape.Pixels * shape.Y[3]),
        ];
    }
}
