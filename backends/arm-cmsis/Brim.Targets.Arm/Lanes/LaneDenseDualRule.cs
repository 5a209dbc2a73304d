using Brim.Compile.Accumulators;
using Brim.Compile.Kernels;
using Brim.Compile.Planning;
using Brim.Compile.Program;
using Brim.Core.IR.Ops;

namespace Brim.Targets.Arm.Lanes;

/// <summary>Dense layers with two channels in a halfword: lanes_dense_dual.c.</summary>
public sealed class LaneDenseDualRule() : LaneRule(PackingCatalog.SmladDual, "lanes_dense_dual")
{
    private const int TileOutputs = 16;

    private protected override bool Computes(Op op) => op is FullyConnected;

    private protected override string? Objection(NodeView node) => null;

    private protected override IEnumerable<(string Name, PackingOutcome Outcome)> Variants(LaneLayer layer) =>
        LaneVariants.DualStorage(layer, DualStream.BuildDense);

    /// <summary>
    /// call; batch; expand: words of four codes; tail: steps expanded; tile: calls of the tile function; segment: runs of unrolled steps; chunk: spills; high: those of all lanes; step; store: codes stored.
    /// </summary>
    private protected override LaneCall Call(NodeView node, LaneLayer layer, PackedLayer packed, LaneArrays arrays)
    {
        var (taps, outputs) = (layer.Filter.Channels, layer.Filter.Outputs);
        var batches = node.OutputType().Shape.ElementCount / outputs;
        var units = new List<(long, long)>();
        for (long b = 0; b < batches; b++)
            units.Add((b * taps, (b + 1) * outputs));
        var low = packed.Tiles.Where(t => t.Lanes[0].Offset == 0).ToList();
        var high = packed.Tiles.Where(t => t.Lanes[0].Offset != 0);
        return new LaneCall(
            [
                CField.Of("batches", batches),
                CField.Of("taps", taps),
                CField.Of("outputs", outputs),
                CField.Of("input_offset", layer.InputOffset),
                CField.Of("tail_words", packed.LongestTile),
                CField.Of("stream", arrays.Stream),
                arrays.ChannelField,
                CField.Of("output", layer.Output()),
            ],
            packed.LongestTile + ((taps + 3) / 4 * 2),
            (int)ForwardOverlap.Lead(units),
            [
                ("call", 1),
                ("batch", batches),
                ("expand", batches * ((taps + 3) / 4)),
                ("tail", batches * packed.ExpandedSteps),
                ("tile", batches * ((outputs + TileOutputs - 1) / TileOutputs)),
                ("segment", batches * low.Sum(t => t.Chunks.Sum(c => (c.End - c.Begin + DualStream.DenseSegment - 1L) / DualStream.DenseSegment))),
                ("chunk", batches * low.Sum(t => t.Chunks.Length - 1L)),
                ("high", batches * high.Sum(t => t.Chunks.Length - 1L)),
                ("step", batches * low.Sum(t => t.Chunks.Sum(c => (long)c.End - c.Begin))),
                ("store", batches * outputs),
            ]);
    }
}
