using System.Collections.Immutable;
using Brim.Compile.Accumulators;
using Brim.Compile.Kernels;
using Brim.Core.IR.Ops;

namespace Brim.Targets.Arm.Lanes;

/// <summary>Convolutions with three channels in a word, for cores without the DSP extension: lanes_conv_triple.c.</summary>
public sealed class LaneConvTripleRule() : LaneRule(PackingCatalog.Triple10, "lanes_conv_triple")
{
    private const int BlockPixels = 2;

    private protected override bool Computes(Op op) => op is Conv2D;

    private protected override string? Objection(NodeView node)
    {
        ConvolutionShape.From(node, out var reason);
        return reason;
    }

    private protected override IEnumerable<(string Name, bool Compact, PackingOutcome Outcome)> Variants(LaneLayer layer) =>
        [("", false, TripleStream.Build(layer.Filter, layer.Bounds))];

    private protected override LaneCall Call(NodeView node, LaneLayer layer, PackedLayer packed, bool compact, LaneArrays arrays)
    {
        var shape = ConvolutionShape.From(node, out _)!;
        return new LaneCall(
            WindowParameters.Fields(shape, layer, arrays),
            (shape.Taps + 1) / 2,
            shape.BlockLead(BlockPixels),
            Work(shape, packed));
    }

    /// <summary>call; block: of two pixels; window: rows of windows gathered; gather: codes copied; tile; segment; chunk; step; store, as in the other lane kernels.</summary>
    private static ImmutableArray<(string Level, long Count)> Work(ConvolutionShape shape, PackedLayer packed)
    {
        long blocks = (shape.Pixels + BlockPixels - 1) / BlockPixels;
        return
        [
            ("call", 1),
            ("block", blocks),
            ("window", (long)shape.Pixels * shape.W[1]),
            ("gather", blocks * BlockPixels * shape.Taps),
            .. TripleWork.Tiles(packed, blocks),
            ("store", (long)shape.Pixels * shape.Y[3]),
        ];
    }
}
