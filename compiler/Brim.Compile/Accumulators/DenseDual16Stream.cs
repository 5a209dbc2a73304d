using System.Collections.Immutable;

namespace Brim.Compile.Accumulators;

/// <summary>
/// Weights of <c>brim_lanes_dense_dual16</c>: tiles of eight channels, a word a tap. What the lanes add up are the codes w + 7, which a mask
/// takes out of the word, so that ranges are those of the codes and lanes start at 0.
/// </summary>
public static class DenseDual16Stream
{
    /// <summary>Channels of a tile.</summary>
    public const int TileOutputs = 8;

    /// <summary>Unrolled steps, of two taps, of the tile function.</summary>
    public const int BlockSteps = 8;

    /// <summary>What codes exceed the weights by, and the greatest weight.</summary>
    public const int Offset = 7;

    /// <summary>Packs a fully connected layer (kernel 1 x 1).</summary>
    /// <param name="filter">Weights, up to 7.</param>
    /// <param name="bounds">Activations.</param>
    /// <param name="laneBits">Bits that a lane may use of its field, at most 16.</param>
    public static PackingOutcome Build(FilterCodes filter, ActivationBounds bounds, int laneBits = 16)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(bounds);
        if (filter.Limit > Offset)
            return PackingOutcome.Declined($"weights up to {filter.Limit} do not fit 4 bits (limit {Offset})");
        // Between chunks the kernel holds sums of codes less seven times the activations' sum.
        if (2L * Offset * bounds.Greatest * filter.Taps > int.MaxValue)
            return PackingOutcome.Declined($"{filter.Taps} taps of activations up to {bounds.Greatest} may exceed sums of 32 bits");
        var lanes = PackingCatalog.Dual16.Lanes;
        var words = new List<uint>();
        var tiles = ImmutableArray.CreateBuilder<PackedTile>();
        for (var output = 0; output < filter.Outputs; output += TileOutputs)
        {
            var first = output;
            var tileLanes = Enumerable.Range(0, TileOutputs).Select(i => new TileLane(first + i, lanes[i % 2].Offset, lanes[i % 2].Bits)).ToImmutableArray();
            if (Chunker.Cut((filter.Taps + 1) / 2, [.. tileLanes.Select(_ => laneBits)], (step, i) => Range(2 * step, i) + Range(2 * step + 1, i)) is not { } chunks)
                return PackingOutcome.Declined($"channel {output}: two taps overflow {laneBits} bits at activations up to {bounds.Greatest}");
            var length = words.Count;
            words.Add(0);
            foreach (var chunk in chunks)
            {
                words.Add((uint)(chunk.End - chunk.Begin));
                for (var tap = 2 * chunk.Begin; tap < 2 * chunk.End; tap++)
                    words.Add(Word(tap));
            }
            words[length] = (uint)(words.Count - length - 1);
            tiles.Add(new PackedTile(output, tileLanes, chunks));

            LaneRange Range(int tap, int channel) =>
                tap < filter.Taps ? LaneRange.Of(Code(tap, channel), bounds[tap]) : default;

            int Code(int tap, int channel) => tap < filter.Taps && first + channel < filter.Outputs ? filter.Tap(first + channel, tap) + Offset : 0;

            uint Word(int tap) => Enumerable.Range(0, TileOutputs).Aggregate(0u, (word, c) => word | (uint)Code(tap, c) << (4 * (c / 2) + lanes[c % 2].Offset));
        }
        return PackingOutcome.Of(new PackedLayer([.. words], [.. new long[filter.Outputs]], [], [], 0, tiles.ToImmutable()));
    }
}
