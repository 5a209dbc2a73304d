using System.Collections.Immutable;
using Brim.Compile.Accumulators;
using Brim.Compile.Kernels;
using Brim.Compile.Program;
using Brim.Core.IR.Ops;

namespace Brim.Targets.Arm.Lanes;

/// <summary>3x3 convolutions with three taps of a row in a word, for cores without the DSP extension: lanes_conv3x3_triple.c.</summary>
public sealed class LaneConv3x3TripleRule() : LaneRule(PackingCatalog.Triple10, "lanes_conv3x3_triple")
{
    private const int Bands = 1;

    private protected override bool Computes(Op op) => op is Conv2D;

    private protected override string? Objection(NodeView node) =>
        ConvolutionShape.From(node, out var reason) is { } shape ? shape.SameThreeByThreeObjection() : reason;

    private protected override IEnumerable<(string Name, PackingOutcome Outcome)> Variants(LaneLayer layer) =>
        [("", ConvTripleStream.Build(layer.Filter, layer.Bounds))];

    private protected override LaneCall Call(NodeView node, LaneLayer layer, PackedLayer packed, LaneArrays arrays) =>
        Calls(node, layer, packed, arrays).First().Call;

    private protected override IEnumerable<(string Name, LaneCall Call)> Calls(NodeView node, LaneLayer layer, PackedLayer packed, LaneArrays arrays)
    {
        var shape = ConvolutionShape.From(node, out _)!;
        var (height, width, channels, outputs) = (shape.X[1], shape.X[2], shape.X[3], shape.Y[3]);
        var fixedWords = (3 * (width + 4)) + packed.LongestTile;
        var left = arrays.Context.Array("left", CElement.Int32, packed.Left, "requantization");
        var right = arrays.Context.Array("right", CElement.Int32, packed.Right, "requantization");
        return StripRows.Heights(height, Bands, r => 4 * StripWords(r), StripBytes).Select(rows => ($"strips of {rows} rows", Strips(rows)));

        LaneCall Strips(int rows) => new(
            [
                CField.Of("height", height),
                CField.Of("width", width),
                CField.Of("channels", channels),
                CField.Of("outputs", outputs),
                CField.Of("strip_rows", rows),
                CField.Of("input_offset", layer.InputOffset),
                CField.Of("padding", layer.Bounds.Padding),
                CField.Of("tile_words", packed.LongestTile),
                CField.Of("stream", arrays.Stream),
                arrays.ChannelField,
                CField.Of("left", left),
                CField.Of("right", right),
                CField.Of("output", layer.Output()),
            ],
            fixedWords + StripWords(rows),
            shape.StripLead(rows),
            Work(shape, packed, rows));

        int StripWords(int stripRows) => ((((width + 1) / 2) * (stripRows + 2) * channels) + 1) / 2;
    }

    /// <summary>
    /// call; strip; pack: codes packed; fill: codes of padding; expand: weight words expanded; row: rows times tiles; tile; segment; chunk; step; line: rows
    /// stored; store: codes stored.
    /// </summary>
    private static ImmutableArray<(string Level, long Count)> Work(ConvolutionShape shape, PackedLayer packed, int rows)
    {
        var (height, width, channels, outputs) = (shape.X[1], shape.X[2], shape.X[3], shape.Y[3]);
        long strips = (height + rows - 1) / rows;
        long packedRows = 0;
        for (var y0 = 0; y0 < height; y0 += rows)
            packedRows += Enumerable.Range(y0 - 1, rows + 2).Count(y => y >= 0 && y < height);
        var pairs = (width + 1) / 2;
        return
        [
            ("call", 1),
            ("strip", strips),
            ("pack", packedRows * width * channels),
            ("fill", ((strips * (rows + 2)) - packedRows) * pairs * channels),
            ("expand", strips * packed.Tiles.Length * 9 * channels),
            ("row", (long)height * packed.Tiles.Length),
            .. TripleWork.Tiles(packed, (long)height * pairs),
            ("line", (long)height * outputs),
            ("store", (long)height * width * outputs),
        ];
    }
}
