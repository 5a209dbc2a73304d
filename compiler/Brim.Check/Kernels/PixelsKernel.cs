using Brim.Check.Flow;
using Brim.Check.Proofs;
using Brim.Check.Source;

namespace Brim.Check.Kernels;

/// <summary>brim_lanes_conv_pixels: two pixels in every halfword (lanes_conv_pixels.h, lanes_pixels_tile.h).</summary>
internal sealed class PixelsKernel() : PairsKernel("smlad-pixels", blockWords: 4)
{
    private const int LowBits = 12;
    private const int HighBits = 20;
    private const int Segment = 48;

    // Of the word before a chunk: its steps; all lanes start anew; the tile's last.
    private const uint StepsMask = 0x3FFF;
    private const uint All = 0x4000;
    private const uint Last = 0x8000;

    /// <inheritdoc/>
    protected override int Spacing(ParameterSet p) => p.Integer("spacing", LowBits, LowBits);

    /// <inheritdoc/>
    protected override int GreatestActivation(int spacing) => 15;

    /// <inheritdoc/>
    protected override int ReadTile(WordCursor cursor, int first, int spacing, int codeBits, int channels, Activations activations, LayerProof proof, long[] starts)
    {
        var steps = (proof.Taps + 3) / 4 * 2;
        var low = new TileSums([.. Enumerable.Range(0, Tile).Select(i => new LaneField(first + i, 0, LowBits))], []);
        var high = new TileSums([.. Enumerable.Range(0, Tile).Select(i => new LaneField(first + i, LowBits, HighBits))], []);
        var (step, expanded) = (0, 1);
        var whole = new ChunkSums(0, Tile);
        for (var isLast = false; !isLast;)
        {
            var header = cursor.Next();
            var where = $"{cursor.Name}[{cursor.Position - 1}]";
            var count = (int)(header & StepsMask);
            isLast = (header & Last) != 0;
            if (count < 1 || count > steps - step || isLast != (count == steps - step))
                throw CheckFailure.Words($"{where}: a chunk of {count} steps{(isLast ? ", the last," : "")} at step {step} of {steps}");
            var chunk = new ChunkSums(step, Tile);
            if ((header & All) != 0)
            {
                RequireZero(header >> 16, $"{where}: the upper half before a chunk of all lanes");
                if (step > 0)
                    Close(high, whole, step);
                whole = new ChunkSums(step, Tile);
                for (var i = 0; i < Tile; i++)
                {
                    var word = cursor.Next();
                    (chunk.Start[i], whole.Start[i]) = (word & ((1 << LowBits) - 1), word >> LowBits);
                }
            }
            else
            {
                if (step == 0)
                    throw CheckFailure.Words($"{where}: the first chunk has no starts of high lanes");
                var lowStarts = (ulong)(header >> 16) << 32 | cursor.Next();
                for (var i = 0; i < Tile; i++)
                    chunk.Start[i] = (long)(lowStarts >> (LowBits * i)) & ((1 << LowBits) - 1);
            }
            var pairs = new PairReader(cursor, codeBits, Tile * count);
            for (var end = step + count; step < end; step++)
                Step(cursor, pairs, first, step, channels, activations, chunk, whole, proof);
            Close(low, chunk, step);
            expanded += Tile + (Tile * count) + ((count + Segment - 1) / Segment);
        }
        Close(high, whole, step);
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

    private static void Step(
        WordCursor cursor, PairReader pairs, int first, int step, int channels, Activations activations, ChunkSums low, ChunkSums high, LayerProof proof)
    {
        for (var lane = 0; lane < Tile; lane++)
        {
            var weights = pairs.Next();
            for (var half = 0; half < 2; half++)
            {
                var (output, tap, weight) = (first + lane, (step / 2 * 4) + (step % 2) + (2 * half), weights[half]);
                if (IsFilling(cursor, weight, output, tap, proof))
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
