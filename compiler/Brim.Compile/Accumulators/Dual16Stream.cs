using System.Collections.Immutable;

namespace Brim.Compile.Accumulators;

/// <summary>
/// Weights of <c>brim_lanes_conv_dual16</c>: tiles of eight channels, two in a word (lanes of 16 bits), stored in 4 or 5 bits each and expanded at run
/// time.
/// </summary>
public static class Dual16Stream
{
    /// <summary>Channels of a tile.</summary>
    public const int TileOutputs = 8;

    /// <summary>Most steps whose weights are expanded at a time.</summary>
    public const int PassSteps = 192;

    /// <summary>Unrolled steps of the tile function.</summary>
    public const int BlockSteps = 32;

    private const int LaneBits = 16;
    private const int Words = TileOutputs / 2;

    /// <summary>Bits that hold weights of up to <paramref name="limit"/>, or null if the kernel has no form for them.</summary>
    public static int? CodeBits(int limit) => limit switch
    {
        <= 7 => 4,
        <= 15 => 5,
        _ => null,
    };

    /// <summary>Packs a filter of any kernel.</summary>
    /// <param name="filter">Weights, up to 15.</param>
    /// <param name="bounds">Activations.</param>
    /// <param name="laneBits">Bits that a lane may use of its field, at most 16.</param>
    public static PackingOutcome Build(FilterCodes filter, ActivationBounds bounds, int laneBits = LaneBits)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(bounds);
        if (CodeBits(filter.Limit) is not { } codeBits)
            return PackingOutcome.Declined($"weights up to {filter.Limit} do not fit 5 bits (limit 15)");
        var lanes = PackingCatalog.Dual16.Lanes;
        var words = new List<uint>();
        var starts = new long[filter.Outputs];
        var tiles = ImmutableArray.CreateBuilder<PackedTile>();
        for (var output = 0; output < filter.Outputs; output += TileOutputs)
        {
            var tileLanes = Enumerable.Range(0, TileOutputs).Select(i => new TileLane(output + i, lanes[i % 2].Offset, lanes[i % 2].Bits)).ToImmutableArray();
            if (Chunker.Cut(
                    filter.Taps,
                    [.. tileLanes.Select(_ => laneBits)],
                    (tap, i) => LaneRange.Of(filter.Tap(output + i, tap), bounds[tap % filter.Channels])) is not { } chunks)
                return PackingOutcome.Declined($"channel {output}: one tap overflows {laneBits} bits at activations up to {bounds.Greatest}");
            var length = words.Count;
            words.Add(0);
            foreach (var chunk in chunks)
            {
                words.Add((uint)(chunk.End - chunk.Begin));
                AddStarts(output, chunk);
                AddWeights(output, chunk);
            }
            words[length] = (uint)(words.Count - length - 1);
            tiles.Add(new PackedTile(output, tileLanes, chunks));
        }
        return PackingOutcome.Of(new PackedLayer([.. words], [.. starts], [], [], Words * Math.Min(filter.Taps, PassSteps), tiles.ToImmutable()));

        void AddStarts(int output, Chunk chunk)
        {
            for (var i = 0; i < TileOutputs; i += 2)
                words.Add((uint)(chunk.Lanes[i].Start + (chunk.Lanes[i + 1].Start << lanes[1].Offset)));
            for (var i = 0; i < TileOutputs && output + i < filter.Outputs; i++)
                starts[output + i] += chunk.Lanes[i].Start;
        }

        void AddWeights(int output, Chunk chunk)
        {
            var perWord = 16 / codeBits;
            for (var i = 0; i < Words * (chunk.End - chunk.Begin); i++)
            {
                if (i % perWord == 0)
                    words.Add(0);
                for (var half = 0; half < 2; half++)
                {
                    var code = filter.Tap(output + 2 * (i % Words) + half, chunk.Begin + i / Words) + (1 << (codeBits - 1));
                    words[^1] |= (uint)code << (codeBits * (i % perWord) + lanes[half].Offset);
                }
            }
        }
    }
}
