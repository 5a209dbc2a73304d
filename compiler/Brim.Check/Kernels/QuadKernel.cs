using Brim.Check.Flow;
using Brim.Check.Proofs;
using Brim.Check.Source;

namespace Brim.Check.Kernels;

/// <summary>brim_lanes_conv_quad: two channels by two pixels in 64 bits (lanes_conv_quad.h).</summary>
internal sealed class QuadKernel() : PairsKernel("smlal-quad", blockWords: 8)
{
    private const int LongestChunk = 64;
    private const int Lanes = 4;

    /// <inheritdoc/>
    protected override int Spacing(ParameterSet p) => p.Integer("spacing", 12, 14);

    /// <inheritdoc/>
    protected override int GreatestActivation(int spacing) => (1 << (32 - (2 * spacing))) - 1;

    /// <inheritdoc/>
    protected override int ReadTile(WordCursor cursor, int first, int spacing, int channels, Activations activations, LayerProof proof, long[] starts)
    {
        int[] offsets = [0, spacing, 2 * spacing, 3 * spacing], bits = [spacing, spacing, spacing, 64 - (3 * spacing)];
        int[] sumBits = [2 * spacing, 2 * spacing, 32, 64 - (3 * spacing)];
        // Channels a and b of a word at the first pixel, then at the second.
        var tile = new TileSums([.. Enumerable.Range(0, 2 * Lanes).Select(i => new LaneField(Output(i), offsets[i % Lanes], bits[i % Lanes]))], []);
        var (totals, greatest) = (new long[2 * Lanes], new long[2 * Lanes]);
        var (step, expanded) = (0, 1);
        for (var count = Count(cursor, cursor.Next(), 0, proof.Taps); count != 0;)
        {
            var chunk = new ChunkSums(step, 2 * Lanes);
            var words = new ulong[2];
            for (var i = 0; i < 2; i++)
                words[i] = cursor.Next() | (ulong)cursor.Next() << 32;
            for (var end = step + count; step < end; step++)
            {
                var word = cursor.Next();
                var activation = activations[step % channels];
                for (var c = 0; c < Tile; c++)
                {
                    var weight = Weight(cursor, word, c, first + c, step, proof);
                    // What the offset activations lack.
                    words[c / 2] -= unchecked((ulong)((long)weight << ((spacing * (c % 2)) + 31)));
                    if (first + c < proof.Outputs.Length)
                        proof.Outputs[first + c].Add(weight, activation);
                    foreach (var pixel in new[] { 0, 2 })
                        chunk.Add((Lanes * (c / 2)) + (c % 2) + pixel, weight, activation);
                }
            }
            for (var i = 0; i < 2; i++)
                Starts(chunk, Lanes * i, words[i], offsets, bits);
            chunk.End = step;
            tile.Chunks.Add(chunk);
            for (var i = 0; i < 2 * Lanes; i++)
            {
                totals[i] += chunk.Start[i];
                greatest[i] += chunk.Start[i] + chunk.High[i];
            }
            expanded += 5 + (2 * count);
            count = Count(cursor, cursor.Next() ^ (tile.Chunks.Count == 1 ? Spill : 0), step, proof.Taps);
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

    private static int Count(WordCursor cursor, uint count, int step, int steps) =>
        (step == steps && count == 0) || (count >= 1 && count <= LongestChunk && count <= steps - step)
            ? (int)count
            : throw CheckFailure.Words($"{cursor.Name}[{cursor.Position - 1}]: a chunk header of {count:X8} at step {step} of {steps}");
}
