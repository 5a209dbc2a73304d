using System.Collections.Immutable;
using Brim.Compile.Accumulators;
using Brim.Compile.Kernels;
using Brim.Compile.Program;
using Brim.Core.IR.Ops;

namespace Brim.Targets.Arm.Lanes;

/// <summary>Convolutions with two channels in lanes of 16 bits, for cores without the DSP extension: lanes_conv_dual16.c.</summary>
public sealed class LaneConvDual16Rule() : LaneRule(PackingCatalog.Dual16, "lanes_conv_dual16")
{
    /// <summary>
    /// Bytes that a strip, its accumulators and its sums may take where costs are not known. Weights are expanded anew for every strip, which costs a strip of 64 pixels
    /// about three percent of its time.
    /// </summary>
    private const int StripBudget = 8192;

    private protected override bool Computes(Op op) => op is Conv2D;

    private protected override string? Objection(NodeView node)
    {
        ConvolutionShape.From(node, out var reason);
        return reason;
    }

    private protected override IEnumerable<(string Name, PackingOutcome Outcome)> Variants(LaneLayer layer) =>
        [("", Dual16Stream.Build(layer.Filter, layer.Bounds, Math.Min(16, layer.LaneLimit)))];

    private protected override LaneCall Call(NodeView node, LaneLayer layer, PackedLayer packed, LaneArrays arrays) =>
        Calls(node, layer, packed, arrays).First().Call;

    private protected override IEnumerable<(string Name, LaneCall Call)> Calls(NodeView node, LaneLayer layer, PackedLayer packed, LaneArrays arrays)
    {
        var shape = ConvolutionShape.From(node, out _)!;
        var spills = packed.Tiles.Any(t => t.Chunks.Length > 1);
        return StripRows.Heights(shape.Y[1], bands: 1, r => 4 * StripWords(r), StripBudget).Select(rows => ($"strips of {rows} rows", Strips(rows)));

        LaneCall Strips(int rows) => new(
            [
                .. WindowParameters.Geometry(shape, layer),
                CField.Of("strip_rows", rows),
                CField.Of("code_bits", Dual16Stream.CodeBits(layer.Filter.Limit)!.Value),
                CField.Of("spills", spills ? 1 : 0),
                CField.Of("stream", arrays.Stream),
                arrays.ChannelField,
                CField.Of("output", layer.Output()),
            ],
            StripWords(rows) + packed.LongestTile + 2 + (3 * (shape.W[1] + 1)),
            shape.StripLead(rows),
            Work(shape, packed, rows, spills));

        int StripWords(int stripRows) =>
            (stripRows * shape.Y[2] * (spills ? 12 : 4)) + (((StripInputRows(shape, stripRows) * StripColumns(shape) * shape.X[3]) + 3) / 4);
    }

    private static int StripInputRows(ConvolutionShape shape, int rows) => ((rows - 1) * shape.Window.StrideHeight) + shape.W[1];

    private static int StripColumns(ConvolutionShape shape) => ((shape.Y[2] - 1) * shape.Window.StrideWidth) + shape.W[2];

    /// <summary>
    /// call; strip; pack: codes copied; fill: codes of padding; tile: tiles times strips; chunk: chunks times strips; expand: steps expanded; pass; row:
    /// calls of the row function; start: pixels times chunks, whose accumulators are set; pixel: pixels times passes; run; block; step; spill: pixels times
    /// chunks added to sums; line: channels times strips; store: codes stored; store_sum: those of more than 16 bits before they are rescaled.
    /// </summary>
    private static ImmutableArray<(string Level, long Count)> Work(ConvolutionShape shape, PackedLayer packed, int rows, bool spills)
    {
        long strips = (shape.Y[1] + rows - 1) / rows;
        var (copied, all) = (0L, 0L);
        for (var y0 = 0; y0 < shape.Y[1]; y0 += rows)
        {
            var top = (y0 * shape.Window.StrideHeight) - shape.Window.PadTop;
            var count = StripInputRows(shape, Math.Min(rows, shape.Y[1] - y0));
            all += count;
            copied += Enumerable.Range(top, count).Count(y => y >= 0 && y < shape.X[1]);
        }
        var columns = StripColumns(shape);
        var inside = Math.Min(columns - Math.Min(shape.Window.PadLeft, columns), shape.X[2]);
        var (tiles, chunks, passes, runs, blocks, steps) = Dual16Work.Count(packed, shape.W[2] * shape.W[3]);
        var isOneRow = shape.Window.StrideHeight * columns == shape.Y[2] * shape.Window.StrideWidth;
        return
        [
            ("call", 1),
            ("strip", strips),
            ("pack", copied * inside * shape.X[3]),
            ("fill", ((all * columns) - (copied * inside)) * shape.X[3]),
            ("tile", strips * tiles),
            ("chunk", strips * chunks),
            ("expand", strips * steps),
            ("pass", strips * passes),
            ("row", passes * (isOneRow ? strips : shape.Y[1])),
            ("start", chunks * shape.Pixels),
            ("pixel", passes * shape.Pixels),
            ("run", runs * shape.Pixels),
            ("block", blocks * shape.Pixels),
            ("step", steps * shape.Pixels),
            ("spill", spills ? chunks * shape.Pixels : 0),
            ("line", strips * shape.Y[3]),
            ("store", (long)shape.Pixels * shape.Y[3]),
            ("store_sum", spills ? (long)shape.Pixels * shape.Y[3] : 0),
        ];
    }
}
