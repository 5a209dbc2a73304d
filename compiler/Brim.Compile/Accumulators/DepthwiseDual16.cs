using System.Collections.Immutable;

namespace Brim.Compile.Accumulators;

/// <summary>
/// Weights of <c>brim_lanes_depthwise3x3_dual16</c>: bytes, or two codes w + 8 a byte. The kernel computes the lanes' start from them and the greatest
/// activation, and nine taps are a single chunk.
/// </summary>
public static class DepthwiseDual16
{
    /// <summary>Weights of a channel.</summary>
    private const int Taps = 9;

    /// <summary>Bytes of a channel whose codes have 4 bits.</summary>
    private const int NarrowBytes = 5;

    /// <summary>What codes of 4 bits exceed the weights by.</summary>
    private const int NarrowOffset = 8;

    /// <summary>Bits of a stored weight: 4 where all weights fit them, else 8.</summary>
    /// <param name="weightLimit">Greatest absolute weight.</param>
    public static int CodeBits(int weightLimit) => weightLimit < NarrowOffset ? 4 : 8;

    /// <summary>Packs a depthwise 3 x 3 filter, given as one of one input channel.</summary>
    /// <param name="filter">[channel][3][3][1].</param>
    /// <param name="bounds">Activations of each channel.</param>
    /// <param name="laneBits">Bits that a lane may use of its field, at most 16.</param>
    public static PackingOutcome Build(FilterCodes filter, ActivationBounds bounds, int laneBits = 16)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(bounds);
        if (filter.Height != 3 || filter.Width != 3 || filter.Channels != 1)
            return PackingOutcome.Declined($"needs a 3x3 kernel of one channel, not {filter.Height}x{filter.Width}x{filter.Channels}");
        var packing = PackingCatalog.Dual16Pixels;
        if (!packing.ActivationsFit(bounds.Greatest))
            return PackingOutcome.Declined($"activations up to {bounds.Greatest} do not fit (limit {byte.MaxValue})");
        var isNarrow = CodeBits(filter.Limit) == 4;
        var bytes = new List<byte>();
        var starts = ImmutableArray.CreateBuilder<long>(filter.Outputs);
        var tiles = ImmutableArray.CreateBuilder<PackedTile>(filter.Outputs);
        for (var c = 0; c < filter.Outputs; c++)
        {
            var range = default(LaneRange);
            for (var k = 0; k < Taps; k++)
                range += LaneRange.Of(filter.Tap(c, k), bounds.Greatest);
            if (!range.Fits(laneBits))
                return PackingOutcome.Declined($"channel {c}: its lanes span {range.Width}, more than {laneBits} bits, at activations up to {bounds.Greatest}");
            for (var k = 0; k < (isNarrow ? NarrowBytes : Taps); k++)
                bytes.Add(isNarrow ? (byte)(Code(2 * k) | Code((2 * k) + 1) << 4) : (byte)filter.Tap(c, k));
            starts.Add(range.Start);
            tiles.Add(new PackedTile(c, [.. packing.Lanes.Select(l => new TileLane(c, l.Offset, l.Bits))], [new Chunk(0, Taps, [range, range])]));

            int Code(int tap) => tap < Taps ? filter.Tap(c, tap) + NarrowOffset : 0;
        }
        return PackingOutcome.Of(new PackedLayer(Words(bytes), starts.MoveToImmutable(), [], [], 0, tiles.MoveToImmutable()));
    }

    /// <summary>Words whose bytes in memory, lowest first, are the given ones, filled up with zeros.</summary>
    private static ImmutableArray<uint> Words(List<byte> bytes) =>
        [.. bytes.Chunk(4).Select(b => b.Select((value, i) => (uint)value << (8 * i)).Aggregate(0u, (word, value) => word | value))];
}
