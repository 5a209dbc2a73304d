using Brim.Check.Flow;
using Brim.Check.Proofs;
using Brim.Check.Source;

namespace Brim.Check.Kernels;

/// <summary>brim_lanes_conv_quad: two channels by two pixels in 64 bits (lanes_conv_quad.h).</summary>
internal sealed class QuadKernel() : PairsKernel("smlal-quad", blockWords: 8)
{
    private const int Lanes = 4;

    // The words before a chunk: two starts, bits of its steps less one, and a flag of the tile's last.
    private const int StartBits = 14;
    private const int StepsOffset = 28;
    private const uint Last = 0x8000_0000;
    private const uint Rest = 0x4000_0000;

    /// <inheritdoc/>
    protected override int Spacing(ParameterSet p) => p.Integer("spacing", 12, 14);

    /// <inheritdoc/>
    protected override int GreatestActivation(int spacing) => (1 << (32 - (2 * spacing))) - 1;

    /// <inheritdoc/>
    protected override int ReadTile(WordCursor cursor, int first, int spacing, int codeBits, int channels, Activations activations, LayerProof proof, long[] starts)
    {
        int[] offsets = [0, spacing, 2 * spacing, 3 * spacing], bits = [spacing, spacing, spacing, 64 - (3 * spacing)];
        int[] sumBits = [2 * spacing, 2 * spacing, 32, 64 - (3 * spacing)];
        // Channels a and b of a word at the first pixel, then at the second.
        var tile = new TileSums([.. Enumerable.Range(0, 2 * Lanes).Select(i => new LaneField(Output(i), offsets[i % Lanes], bits[i % Lanes]))], []);
        var (totals, greatest) = (new long[2 * Lanes], new long[2 * Lanes]);
        var (step, expanded) = (0, 1);
        for (var isLast = false; !isLast;)
        {
            var chunk = new ChunkSums(step, 2 * Lanes);
            uint[] words = [cursor.Next(), cursor.Next()];
            var where = $"{cursor.Name}[{cursor.Position - 2}]";
            var count = (int)(words[0] >> StepsOffset | (words[1] >> StepsOffset & 3) << 4) + 1;
            isLast = (words[1] & Last) != 0;
            if (count > proof.Taps - step || isLast != (count == proof.Taps - step))
                throw CheckFailure.Words($"{where}: a chunk of {count} steps{(isLast ? ", the last," : "")} at step {step} of {proof.Taps}");
            RequireZero(words[1] & Rest, $"{where}: the rest of the words before a chunk");
            for (var i = 0; i < 2 * Lanes; i++)
            {
                // Both pixels start alike. What products lack because pixel words are stored less 2^31 the kernel adds by itself.
                var start = words[i / Lanes] >> (StartBits * (i % 2)) & ((1u << StartBits) - 1);
                if (start >> spacing != 0)
                    throw CheckFailure.Words($"{where}: a start of {start} in a lane of {spacing} bits");
                chunk.Start[i] = start;
            }
            var pairs = new PairReader(cursor, codeBits, 2 * count);
            for (var end = step + count; step < end; step++)
            {
                var activation = activations[step % channels];
                int[] weights = [.. pairs.Next(), .. pairs.Next()];
                for (var c = 0; c < Tile; c++)
                {
                    if (IsFilling(cursor, weights[c], first + c, step, proof))
                        continue;
                    proof.Outputs[first + c].Add(weights[c], activation);
                    foreach (var pixel in new[] { 0, 2 })
                        chunk.Add((Lanes * (c / 2)) + (c % 2) + pixel, weights[c], activation);
                }
            }
            chunk.End = step;
            tile.Chunks.Add(chunk);
            for (var i = 0; i < 2 * Lanes; i++)
            {
                totals[i] += chunk.Start[i];
                greatest[i] += chunk.Start[i] + chunk.High[i];
            }
            expanded += 5 + (2 * count);
        }
        proof.Tiles.Add(tile);
        for (var i = 0; i < 2 * Lanes; i++)
        {
            if (greatest[i] >> sumBits[i % Lanes] != 0)
                proof.Report(CheckDiagnostics.TotalOverflow, $"output {Output(i)}: lane {i % Lanes} sums up to {greatest[i]} over its chunks, more than {sumBits[i % Lanes]} bits");
        }
        for (var c = 0; c < Tile; c++)
        {
            var lane = (Lanes * (c / 2)) + (c % 2);
            AddStarts(proof, first + c, totals[lane], totals[lane + 2], starts);
        }
        return expanded;

        int Output(int lane) => first + (2 * (lane / Lanes)) + (lane % 2);
    }
}
