using Brim.Compile.Accumulators;
using Brim.Compile.Kernels;
using Brim.Compile.Planning;
using Brim.Compile.Program;
using Brim.Core.IR.Ops;

namespace Brim.Targets.Arm.Lanes;

/// <summary>Dense layers with two channels in lanes of 16 bits, for cores without the DSP extension: lanes_dense_dual16.c.</summary>
public sealed class LaneDenseDual16Rule() : LaneRule(PackingCatalog.Dual16, "lanes_dense_dual16")
{
    private protected override bool Computes(Op op) => op is FullyConnected;

    private protected override string? Objection(NodeView node) => null;

    private protected override IEnumerable<(string Name, PackingOutcome Outcome)> Variants(LaneLayer layer) =>
        [("", DenseDual16Stream.Build(layer.Filter, layer.Bounds, Math.Min(16, layer.LaneLimit)))];

    /// <summary>
    /// call; batch; pack: codes copied; tile; chunk; block: of unrolled steps; step: of two taps; store: codes stored.
    /// </summary>
    private protected override LaneCall Call(NodeView node, LaneLayer layer, PackedLayer packed, LaneArrays arrays)
    {
        var (taps, outputs) = (layer.Filter.Channels, layer.Filter.Outputs);
        var batches = node.OutputType().Shape.ElementCount / outputs;
        var units = new List<(long, long)>();
        for (long b = 0; b < batches; b++)
            units.Add((b * taps, (b + 1) * outputs));
        return new LaneCall(
            [
                CField.Of("batches", batches),
                CField.Of("taps", taps),
                CField.Of("outputs", outputs),
                CField.Of("input_offset", layer.InputOffset),
                CField.Of("stream", arrays.Stream),
                arrays.ChannelField,
                CField.Of("output", layer.Output()),
            ],
            (taps + 4) / 4,
            (int)ForwardOverlap.Lead(units),
            [
                ("call", 1),
                ("batch", batches),
                ("pack", batches * taps),
                ("tile", batches * packed.Tiles.Length),
                ("chunk", batches * packed.Tiles.Sum(t => (long)t.Chunks.Length)),
                ("block", batches * packed.Tiles.Sum(t => t.Chunks.Sum(c => (c.End - c.Begin + DenseDual16Stream.BlockSteps - 1L) / DenseDual16Stream.BlockSteps))),
                ("step", batches * packed.Tiles.Sum(t => t.Chunks.Sum(c => (long)c.End - c.Begin))),
                ("store", batches * outputs),
            ]);
    }
}
