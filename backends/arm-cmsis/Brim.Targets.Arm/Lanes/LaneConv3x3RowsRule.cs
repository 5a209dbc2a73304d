using System.Collections.Immutable;
using Brim.Compile.Accumulators;
using Brim.Compile.Kernels;
using Brim.Compile.Program;
using Brim.Core.IR.Ops;

namespace Brim.Targets.Arm.Lanes;

/// <summary>3x3 convolutions by polynomial products of rows: lanes_conv3x3_rows.c.</summary>
public sealed class LaneConv3x3RowsRule() : LaneRule(PackingCatalog.SmlalRows, "lanes_conv3x3_rows")
{
    /// <summary>Bands of a strip whose rows are computed in pairs.</summary>
    private const int Bands = 2;

    private protected override bool Computes(Op op) => op is Conv2D;

    private protected override string? Objection(NodeView node) =>
        ConvolutionShape.From(node, out var reason) is { } shape ? shape.SameThreeByThreeObjection() : reason;

    private protected override IEnumerable<(string Name, PackingOutcome Outcome)> Variants(LaneLayer layer) =>
        new[] { 13, 12 }.Select(spacing => ($"fields of {spacing} bits", ConvRowsStream.Build(layer.Filter, layer.Bounds, spacing, layer.LaneLimit)));

    private protected override LaneCall Call(NodeView node, LaneLayer layer, PackedLayer packed, LaneArrays arrays) =>
        Calls(node, layer, packed, arrays).First().Call;

    private protected override IEnumerable<(string Name, LaneCall Call)> Calls(NodeView node, LaneLayer layer, PackedLayer packed, LaneArrays arrays)
    {
        var shape = ConvolutionShape.From(node, out _)!;
        var (height, width, channels, outputs) = (shape.X[1], shape.X[2], shape.X[3], shape.Y[3]);
        var blocks = (width / 3) + 1;
        var codeBits = ConvRowsStream.CodeBits(layer.Filter.Limit)!.Value;
        var left = arrays.Context.Array("left", CElement.Int32, packed.Left, "requantization");
        return StripRows.Heights(height, Bands, r => 4 * StripWords(r), StripBytes).Select(rows => ($"strips of {rows} rows", Strips(rows)));

        LaneCall Strips(int rows) => new(
            [
                CField.Of("height", height),
                CField.Of("width", width),
                CField.Of("channels", channels),
                CField.Of("outputs", outputs),
                CField.Of("strip_rows", rows),
                CField.Of("spacing", packed.Spacing),
                CField.Of("input_offset", layer.InputOffset),
                CField.Of("padding", layer.Bounds.Padding),
                CField.Of("code_bits", codeBits),
                CField.Of("pair_words", packed.LongestTile),
                CField.Of("stream", arrays.Stream),
                arrays.ChannelField,
                CField.Of("left", left),
                CField.Of("output", layer.Output()),
            ],
            packed.LongestTile + StripWords(rows),
            shape.StripLead(rows),
            Work(shape, packed, codeBits, rows, blocks));

        int StripWords(int stripRows) => blocks * (stripRows + 4) * channels;
    }

    /// <summary>
    /// call; strip; pack: words of three pixels packed; fill: words of padding; open: chunks whose starts are expanded; expand: steps expanded from 4 bits a weight;
    /// expand_wide: from 5 or 6; row: pairs of rows times pairs of channels; tile: calls of the tile function; chunk: their chunks after the first; step; edge: completions of the first and last three columns of a
    /// row, which are told apart; middle: of the others; edge_store: codes stored at edges.
    /// </summary>
    private static ImmutableArray<(string Level, long Count)> Work(ConvolutionShape shape, PackedLayer packed, int codeBits, int rows, int blocks)
    {
        var (height, width, channels, outputs) = (shape.X[1], shape.X[2], shape.X[3], shape.Y[3]);
        long strips = (height + rows - 1) / rows;
        long packedRows = 0;
        for (var y0 = 0; y0 < height; y0 += rows)
        {
            for (var h = 0; h < 2; h++)
                packedRows += Enumerable.Range(y0 + (h * rows / 2) - 1, (rows / 2) + 2).Count(y => y >= 0 && y < height);
        }
        var allRows = strips * (rows + 4);
        var completed = 2L * height * packed.Tiles.Length;
        var tilesPerPair = strips * (rows / 2) * blocks;
        return
        [
            ("call", 1),
            ("strip", strips),
            ("pack", packedRows * blocks * channels),
            ("fill", (allRows - packedRows) * blocks * channels),
            ("open", strips * packed.Tiles.Sum(t => (long)t.Chunks.Length)),
            (codeBits == 4 ? "expand" : "expand_wide", strips * packed.Tiles.Length * 3 * channels),
            ("row", strips * (rows / 2) * packed.Tiles.Length),
            ("tile", tilesPerPair * packed.Tiles.Length),
            ("chunk", tilesPerPair * packed.Tiles.Sum(t => t.Chunks.Length - 1L)),
            ("step", tilesPerPair * packed.Tiles.Sum(t => t.Chunks.Sum(c => (long)c.End - c.Begin))),
            ("edge", completed * Math.Min(blocks, 2)),
            ("middle", completed * Math.Max(0, blocks - 2)),
            ("edge_store", (long)height * outputs * (width - (3 * Math.Max(0, blocks - 2)))),
        ];
    }
}
