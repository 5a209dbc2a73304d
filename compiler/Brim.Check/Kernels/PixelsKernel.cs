using Brim.Check.Flow;
using Brim.Check.Proofs;
using Brim.Check.Source;

namespace Brim.Check.Kernels;

/// <summary>brim_lanes_conv_pixels: two pixels in every halfword (lanes_conv_pixels.h, lanes_pixels_tile.h).</summary>
internal sealed class PixelsKernel() : PairsKernel("smlad-pixels", blockWords: 4)
{
    private const int LowBits = 12;
    private const int HighBits = 20;
    private const int LongestSegment = 48;
    private const uint CountMask = 0xFF;

    // With Spill: the high lanes are emptied and restarted, too; with that, or at the end: none was before.
    private const uint High = 0x2000_0000;
    private const uint HighFirst = 0x1000_0000;

    /// <inheritdoc/>
    protected override int Spacing(ParameterSet p) => p.Integer("spacing", LowBits, LowBits);

    /// <inheritdoc/>
    protected override int GreatestActivation(int spacing) => 15;

    /// <inheritdoc/>
    protected override int ReadTile(WordCursor cursor, int first, int spacing, int channels, Activations activations, LayerProof proof, long[] starts)
    {
        var steps = (proof.Taps + 3) / 4 * 2;
        var low = new TileSums([.. Enumerable.Range(0, Tile).Select(i => new LaneField(first + i, 0, LowBits))], []);
        var high = new TileSums([.. Enumerable.Range(0, Tile).Select(i => new LaneField(first + i, LowBits, HighBits))], []);
        var (step, expanded) = (0, 1);
        var (chunk, whole) = (new ChunkSums(0, Tile), new ChunkSums(0, Tile));
        var next = cursor.Next();
        var begins = true;
        while (true)
        {
            if (next is < 1 or > LongestSegment || next > steps - step)
                throw CheckFailure.Words($"{cursor.Name}[{cursor.Position - 1}]: a segment header of {next:X8} at step {step} of {steps}");
            if (begins)
                Begin(cursor, chunk, whole.Begin == step ? whole : null);
            expanded += 1 + (Tile * (int)next) + (begins ? Tile : 0);
            for (var end = step + (int)next; step < end; step++)
                Step(cursor, first, step, channels, activations, chunk, whole, proof);
            next = cursor.Next();
            var isFirst = low.Chunks.Count == 0 ? First : 0;
            var isHighFirst = high.Chunks.Count == 0 ? HighFirst : 0;
            var ends = (next & (Spill | CountMask)) == 0;
            begins = (next & Spill) != 0;
            if (!ends && !begins)
                continue;
            var emptiesAll = ends || (next & High) != 0;
            Close(low, chunk, step);
            chunk = new ChunkSums(step, Tile);
            if (emptiesAll)
            {
                Close(high, whole, step);
                whole = new ChunkSums(step, Tile);
            }
            next ^= isFirst | (emptiesAll ? isHighFirst : 0) | (ends ? 0 : Spill | (emptiesAll ? High : 0));
            if (!ends)
                continue;
            if (next != 0 || step != steps)
                throw CheckFailure.Words($"{cursor.Name}[{cursor.Position - 1}]: the last header, at step {step} of {steps}, has the wrong bits {next:X8}");
            break;
        }
        proof.Tiles.Add(low);
        proof.Tiles.Add(high);
        for (var i = 0; i < Tile; i++)
            AddStarts(proof, first + i, low.Chunks.Sum(c => c.Start[i]), high.Chunks.Sum(c => c.Start[i]), starts);
        return expanded;
    }

    private static void Close(TileSums tile, ChunkSums chunk, int step)
    {
        chunk.End = step;
        for (var i = 0; i < Tile; i++)
            chunk.Start[i] &= (1L << tile.Lanes[i].Bits) - 1;
        tile.Chunks.Add(chunk);
    }

    private static void Begin(WordCursor cursor, ChunkSums low, ChunkSums? high)
    {
        for (var i = 0; i < Tile; i++)
        {
            var word = cursor.Next();
            low.Start[i] = word & 0xFFF;
            if (high is not null)
                high.Start[i] = word >> LowBits;
            else
                RequireZero(word >> LowBits, $"{cursor.Name}[{cursor.Position - 1}]: what stands above a low lane's start");
        }
    }

    private static void Step(WordCursor cursor, int first, int step, int channels, Activations activations, ChunkSums low, ChunkSums high, LayerProof proof)
    {
        for (var pair = 0; pair < Tile; pair += 2)
        {
            var word = cursor.Next();
            for (var i = 0; i < 4; i++)
            {
                var (lane, half) = (pair + (i % 2), i / 2);
                var (output, tap) = (first + lane, (step / 2 * 4) + (step % 2) + (2 * half));
                var weight = Weight(cursor, word, i, output, tap, proof);
                if (output >= proof.Outputs.Length || tap >= proof.Taps)
                    continue;
                var activation = activations[tap % channels];
                proof.Outputs[output].Add(weight, activation);
                low.Add(lane, weight, activation);
                high.Add(lane, weight, activation);
                // Halves are stored less 2^15, which is 8 in the high lane.
                high.Start[lane] -= 8L * weight;
            }
        }
    }
}
