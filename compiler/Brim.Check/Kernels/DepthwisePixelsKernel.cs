using Brim.Check.Proofs;
using Brim.Check.Source;

namespace Brim.Check.Kernels;

/// <summary>brim_lanes_depthwise3x3_pixels: nine taps a channel for two pixels in a word, whose lanes both hold whole sums (lanes_depthwise_pixels_tile.h).</summary>
internal class DepthwisePixelsKernel : DepthwiseKernel
{
    private const int LaneBits = 16;

    /// <inheritdoc/>
    protected override string Packing => "smlal-pixels";

    /// <inheritdoc/>
    protected override (int LeastWidth, Func<long, long, long> ScratchWords) Image => (1, (height, width) => (((width / 2) + 1) * (height + 2)) + 1);

    /// <inheritdoc/>
    protected override int GreatestActivation(ParameterSet p) => byte.MaxValue;

    /// <inheritdoc/>
    protected override long Channel(ParameterSet p, int channel, ReadOnlySpan<int> weights, (long Low, long High) activation, long greatest, LayerProof proof)
    {
        var chunk = new ChunkSums(0, 2) { End = 3 };
        foreach (var weight in weights)
        {
            for (var lane = 0; lane < 2; lane++)
            {
                chunk.Add(lane, weight, activation);
                chunk.Start[lane] += greatest * Math.Max(0, -weight);
            }
        }
        proof.Tiles.Add(new TileSums([new LaneField(channel, 0, LaneBits), new LaneField(channel, LaneBits, LaneBits)], [chunk]));
        return chunk.Start[0];
    }
}
