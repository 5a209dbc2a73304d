using Brim.Check.Proofs;
using Brim.Check.Source;

namespace Brim.Check.Kernels;

/// <summary>brim_lanes_dense_dual16: codes w + 7 of two channels in lanes of 16 bits that start at 0 (lanes_dense_dual16.h).</summary>
internal sealed class DenseDual16Kernel : LaneKernel
{
    private const int Channels = 8;
    private const int CodeOffset = 7;
    private const int LaneBits = 16;

    /// <inheritdoc/>
    public override LayerShape Shape(LayerCall call)
    {
        var p = call.Required;
        var (batches, taps) = (p.Extent("batches"), p.Extent("taps"));
        return Bytes(call, (long)batches * taps, (long)batches * p.Extent("outputs"), taps, false, (taps + 4) / 4);
    }

    /// <inheritdoc/>
    public override LayerProof Read(LayerCall call, Activations activations)
    {
        var p = call.Required;
        var (taps, outputs) = (p.Extent("taps"), p.Extent("outputs"));
        var stream = p.Array("stream");
        if ((long)outputs * taps > 8L * stream.Values.Length)
            throw CheckFailure.Words($"'{stream.Name}' has {stream.Values.Length} words, too few for {outputs} outputs of {taps} taps");
        var proof = new LayerProof("dual16", taps, false) { Outputs = Sums(outputs), Words = { stream } };
        RequireActivations(proof, activations, 255);
        var cursor = new WordCursor(stream);
        for (var first = 0; first < outputs; first += Channels)
            Tile(cursor, first, activations, proof);
        cursor.EndArray();
        LaneChannels.Read(p, proof, new long[outputs]);
        Totals(proof);
        return proof;
    }

    private static void Tile(WordCursor cursor, int first, Activations activations, LayerProof proof)
    {
        var tile = new TileSums([.. Enumerable.Range(0, Channels).Select(i => new LaneField(first + i, i % 2 * LaneBits, LaneBits))], []);
        var all = (proof.Taps + 1) / 2;
        cursor.BeginTile();
        for (var step = 0; step < all;)
        {
            var steps = cursor.Next();
            if (steps < 1 || steps > all - step)
                throw CheckFailure.Words($"{cursor.Name}[{cursor.Position - 1}]: a chunk of {steps} steps at step {step} of {all}");
            var chunk = new ChunkSums(step, Channels) { End = step + (int)steps };
            for (var tap = 2 * step; tap < 2 * chunk.End; tap++)
                Tap(cursor, first, tap, activations, chunk, proof);
            tile.Chunks.Add(chunk);
            step = chunk.End;
        }
        cursor.EndTile();
        proof.Tiles.Add(tile);
    }

    private static void Tap(WordCursor cursor, int first, int tap, Activations activations, ChunkSums chunk, LayerProof proof)
    {
        var word = cursor.Next();
        for (var lane = 0; lane < Channels; lane++)
        {
            var code = (int)(word >> ((lane / 2 * 4) + (lane % 2 * LaneBits)) & 0xF);
            if (tap >= proof.Taps || first + lane >= proof.Outputs.Length)
            {
                RequireZero(code, $"{cursor.Name}[{cursor.Position - 1}]: the code of output {first + lane}, tap {tap}, which fills up the stream,");
                continue;
            }
            var activation = activations[tap];
            chunk.Add(lane, code, activation);
            proof.Outputs[first + lane].Add(code - CodeOffset, activation);
        }
    }

    /// <summary>Between the chunks, sums hold codes times activations less seven times all activations, which must fit their words, too.</summary>
    private static void Totals(LayerProof proof)
    {
        foreach (var tile in proof.Tiles)
        {
            var total = tile.Lanes.Select((_, i) => tile.Chunks.Sum(c => c.High[i])).Max();
            var taken = proof.Taps * (long)CodeOffset * byte.MaxValue;
            if (total > int.MaxValue || taken > int.MaxValue)
                proof.Report(CheckDiagnostics.TotalOverflow, $"outputs from {tile.Lanes[0].Output}: the codes' sum reaches {total}, less up to {taken}, more than 32 bits");
        }
    }
}
