namespace Brim.Compile.Accumulators;

/// <summary>Weights of <c>brim_lanes_conv_pixels</c>: bytes of four channels, multiplied by two pixels in every halfword (smlad-pixels).</summary>
public static class PixelsStream
{
    /// <summary>Unrolled steps of the tile function.</summary>
    public const int Segment = 48;

    private const int TileOutputs = 4;

    /// <summary>Packs a filter of any kernel.</summary>
    /// <param name="filter">Weights.</param>
    /// <param name="bounds">Activations, at most 15.</param>
    /// <param name="laneLimit">Most bits that a lane may need, however wide it is.</param>
    public static PackingOutcome Build(FilterCodes filter, ActivationBounds bounds, int laneLimit = 64)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(bounds);
        var packing = PackingCatalog.SmladPixels;
        return packing.ActivationsFit(bounds.Greatest)
            ? new PixelsWriter(packing, filter, bounds, laneLimit).Write()
            : PackingOutcome.Declined($"activations up to {bounds.Greatest} do not fit (limit {RowPolynomial.Greatest(packing.ActivationsFit)})");
    }

    private sealed class PixelsWriter(Packing packing, FilterCodes filter, ActivationBounds bounds, int laneLimit)
        : LowHighWriter(packing, filter, bounds, TileOutputs, PixelsStream.Segment, laneLimit)
    {
        private protected override int Output(int first, int lane, bool isHigh) => first + lane;

        public PackingOutcome Write()
        {
            if (Cut(TileOutputs) is { } refusal)
                return PackingOutcome.Declined(refusal);
            var words = new List<uint>();
            var longest = 0;
            foreach (var tile in Tiles)
            {
                var length = words.Count;
                words.Add(0);
                foreach (var segment in tile.Segments)
                {
                    words.Add(segment.Word);
                    words.AddRange(segment.Starts);
                    for (var step = segment.Begin; step < segment.End; step++)
                        Step(tile.Output, step, words);
                }
                words.Add(tile.End);
                words[length] = (uint)(words.Count - length - 1);
                longest = Math.Max(longest, tile.Segments.Sum(s => 1 + s.Starts.Length) + (TileOutputs * Steps) + 1);
            }
            return PackingOutcome.Of(Layer(words, longest) with { Spacing = Packing.ActivationFields[1] });
        }

        private void Step(int first, int step, List<uint> words)
        {
            for (var output = first; output < first + TileOutputs; output += 2)
            {
                var word = 0u;
                for (var half = 0; half < Packing.Halves; half++)
                {
                    var tap = DualStream.Tap(step, half);
                    word |= (uint)((byte)Filter.Tap(output, tap) | (byte)Filter.Tap(output + 1, tap) << 8) << (16 * half);
                }
                words.Add(word);
            }
        }
    }
}
