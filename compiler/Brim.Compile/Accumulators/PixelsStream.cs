namespace Brim.Compile.Accumulators;

/// <summary>
/// Weights of <c>brim_lanes_conv_pixels</c>: tiles of four channels, multiplied by two pixels in every halfword (smlad-pixels). Weights are stored in 4 to 7 bits,
/// start values of low lanes in 12; both are expanded at run time.
/// </summary>
public static class PixelsStream
{
    /// <summary>Unrolled steps of the tile function.</summary>
    public const int Segment = 48;

    private const int TileOutputs = 4;

    /// <summary>Packs a filter of any kernel.</summary>
    /// <param name="filter">Weights, at most 63.</param>
    /// <param name="bounds">Activations, at most 15.</param>
    /// <param name="laneLimit">Most bits that a lane may need, however wide it is.</param>
    public static PackingOutcome Build(FilterCodes filter, ActivationBounds bounds, int laneLimit = 64)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(bounds);
        var packing = PackingCatalog.SmladPixels;
        if (PairCodes.Bits(filter.Limit) is not { } bits)
            return PairCodes.TooWide(filter.Limit);
        return packing.ActivationsFit(bounds.Greatest)
            ? new PixelsWriter(packing, filter, bounds, bits, laneLimit).Write()
            : PackingOutcome.Declined($"activations up to {bounds.Greatest} do not fit (limit {RowPolynomial.Greatest(packing.ActivationsFit)})");
    }

    private sealed class PixelsWriter(Packing packing, FilterCodes filter, ActivationBounds bounds, int bits, int laneLimit)
        : LowHighWriter(packing, filter, bounds, TileOutputs, PixelsStream.Segment, laneLimit)
    {
        private const uint All = 0x4000;
        private const uint Last = 0x8000;

        private readonly List<uint> _words = [];

        private protected override int Output(int first, int lane, bool isHigh) => first + lane;

        public PackingOutcome Write()
        {
            if (Cut(TileOutputs) is { } refusal)
                return PackingOutcome.Declined(refusal);
            var longest = 0;
            foreach (var tile in Tiles)
            {
                for (int i = 0, next; i < tile.Segments.Length; i = next)
                {
                    // Segments after the first of a chunk start no lanes.
                    for (next = i + 1; next < tile.Segments.Length && tile.Segments[next].Starts.IsEmpty;)
                        next++;
                    var (begin, end) = (tile.Segments[i].Begin, tile.Segments[next - 1].End);
                    if (end - begin >= All)
                        return PackingOutcome.Declined($"channel {tile.Output}: a chunk of {end - begin} steps (limit {All - 1})");
                    Starts(tile.Segments[i], (uint)(end - begin) | (next == tile.Segments.Length ? Last : 0), isFirst: i == 0);
                    PairCodes.Write(_words, bits, [
                        .. from step in Enumerable.Range(begin, end - begin)
                           from output in Enumerable.Range(tile.Output, TileOutputs)
                           select (Filter.Tap(output, DualStream.Tap(step, 0)), Filter.Tap(output, DualStream.Tap(step, 1)))]);
                }
                longest = Math.Max(longest, tile.Segments.Sum(s => 1 + s.Starts.Length) + (TileOutputs * Steps) + 1);
            }
            return PackingOutcome.Of(Layer(_words, longest) with { Spacing = Packing.ActivationFields[1] });
        }

        /// <summary>The words before a chunk: whole accumulators where all lanes start, else the low lanes' starts one after the other.</summary>
        private void Starts(Segment segment, uint header, bool isFirst)
        {
            if (isFirst || (segment.Header & High) != 0)
            {
                _words.Add(header | All);
                _words.AddRange(segment.Starts);
                return;
            }
            var starts = 0ul;
            for (var lane = 0; lane < TileOutputs; lane++)
                starts |= (ulong)segment.Starts[lane] << (Packing.Lanes[0].Bits * lane);
            _words.Add(header | (uint)(starts >> 32) << 16);
            _words.Add((uint)starts);
        }
    }
}
