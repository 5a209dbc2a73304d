using Brim.Check.Flow;
using Brim.Check.Proofs;
using Brim.Check.Source;

namespace Brim.Check.Kernels;

/// <summary>brim_lanes_conv_dual and brim_lanes_dense_dual: two channels in every halfword (lanes_dual_stream.h).</summary>
/// <param name="isDense">True for the fully connected kernel.</param>
internal sealed class DualKernel(bool isDense) : LaneKernel
{
    private const int LowBits = 12;
    private const int HighBits = 20;
    private const uint CountMask = 0xFF;

    // With Spill: the high lanes are emptied and restarted, too; with that, or at the end: none was before.
    private const uint High = 0x2000_0000;
    private const uint HighFirst = 0x1000_0000;

    // In a tile's first word; Jump is a header.
    private const uint HasHead = 0x8000_0000;
    private const uint TailWords = 0x00FF_FFFF;
    private const uint Jump = 0x0800_0000;

    private int Rows => isDense ? 8 : 2;

    private int LongestSegment => isDense ? 32 : 48;

    /// <inheritdoc/>
    public override LayerShape Shape(LayerCall call)
    {
        var p = call.Required;
        var outputs = p.Extent("outputs");
        if (isDense)
        {
            var (batches, taps) = (p.Extent("batches"), p.Extent("taps"));
            return Bytes(call, (long)batches * taps, (long)batches * outputs, taps, false, p.Integer("tail_words", 0, ParameterSet.Limit) + ((taps + 3L) / 4 * 2));
        }
        var (height, width, channels) = (p.Extent("input_height"), p.Extent("input_width"), p.Extent("channels"));
        var (rows, columns) = (p.Extent("output_height"), p.Extent("output_width"));
        var pads = Pads(height, rows, p.Extent("kernel_height"), p.Extent("stride_y"), p.Integer("pad_top", 0, ParameterSet.Limit))
            | Pads(width, columns, p.Extent("kernel_width"), p.Extent("stride_x"), p.Integer("pad_left", 0, ParameterSet.Limit));
        return Bytes(call, (long)height * width * channels, (long)rows * columns * outputs, channels, pads,
            p.Integer("tail_words", 0, ParameterSet.Limit) + (16L * p.Extent("strip_blocks"))
            + ((((long)p.Extent("kernel_height") * p.Extent("kernel_width") * channels) + 3) / 4 * ((8L * p.Extent("strip_blocks")) + 1)));
    }

    /// <inheritdoc/>
    public override LayerProof Read(LayerCall call, Activations activations)
    {
        var p = call.Required;
        var channels = isDense ? p.Extent("taps") : p.Extent("channels");
        var taps = isDense ? channels : checked(p.Extent("kernel_height") * p.Extent("kernel_width") * channels);
        var outputs = p.Extent("outputs");
        var stream = p.Array("stream");
        // Each weight takes 4 bits of the stream or more, so that nothing below can be larger than the array is by much.
        if ((long)outputs * taps > 8L * stream.Values.Length)
            throw CheckFailure.Words($"'{stream.Name}' has {stream.Values.Length} words, too few for {outputs} outputs of {taps} taps");
        var proof = new LayerProof("smlad-dual", taps, false) { Outputs = Sums(outputs), Words = { stream } };
        var starts = new long[outputs];
        var cursor = new WordCursor(stream);
        var longest = 0;
        for (var first = 0; first < outputs; first += 2 * Rows)
            longest = Math.Max(longest, Tile(cursor, first, taps, channels, activations, proof, starts));
        cursor.EndArray();
        if (p.Integer("tail_words", 0, ParameterSet.Limit) < longest)
            throw CheckFailure.Words($"tail_words = {p.Integer("tail_words", 0, ParameterSet.Limit)}, the longest tail takes {longest}");
        LaneChannels.Read(p, proof, starts);
        return proof;
    }

    /// <summary>Proves a tile and returns the words that its tail takes expanded.</summary>
    private int Tile(WordCursor cursor, int first, int taps, int channels, Activations activations, LayerProof proof, long[] starts)
    {
        var steps = (taps + 3) / 4 * 2;
        var low = new TileSums([.. Enumerable.Range(0, Rows).Select(r => new LaneField(first + (2 * r), 0, LowBits))], []);
        var high = new TileSums([.. Enumerable.Range(0, Rows).Select(r => new LaneField(first + (2 * r) + 1, LowBits, HighBits))], []);
        cursor.Unbound();
        var (word, wordAt) = (cursor.Next(), cursor.Position - 1);
        if ((word & ~(HasHead | First | HighFirst | TailWords)) != 0)
            throw CheckFailure.Words($"{cursor.Name}[{wordAt}]: a tile's first word {word:X8}");
        var inTail = (word & HasHead) == 0;
        cursor.Bound(inTail ? word & TailWords : cursor.Next());
        var header = Header(cursor, cursor.Next(), 0, steps);
        var whole = new ChunkSums(0, Rows);
        var chunk = Begin(cursor, 0, whole);
        var (step, expanded) = (0, inTail ? 1 + Rows : 0);
        while (true)
        {
            expanded += inTail ? Rows * (int)header : 0;
            for (var end = step + (int)header; step < end; step++)
                Step(cursor, first, step, inTail, taps, channels, activations, chunk, whole, proof);
            chunk.End = step;
            var isFirst = low.Chunks.Count == 0 ? First : 0;
            var isHighFirst = high.Chunks.Count == 0 ? HighFirst : 0;
            // The tail's last header is not stored but made of the tile's first word.
            var next = inTail && cursor.IsAtEnd ? word & (First | HighFirst) : cursor.Next();
            if (!inTail && next == Jump)
            {
                cursor.EndTile();
                cursor.Bound(word & TailWords);
                inTail = true;
                next = cursor.Next();
            }
            expanded += inTail ? 1 : 0;
            if ((next & (Spill | CountMask)) == 0)
            {
                low.Chunks.Add(chunk);
                if (next != (isFirst | isHighFirst) || next != (word & (First | HighFirst)))
                    throw CheckFailure.Words($"{cursor.Name}[{cursor.Position - 1}]: the last header is {next:X8}, the tile's {word & (First | HighFirst):X8}, not {isFirst | isHighFirst:X8}");
                if (!inTail)
                    throw CheckFailure.Words($"{cursor.Name}[{cursor.Position - 1}]: a head that does not lead to its tail");
                break;
            }
            var emptiesAll = (next & High) != 0;
            var flags = (next & Spill) == 0 ? 0 : Spill | isFirst | (emptiesAll ? High | isHighFirst : 0);
            header = Header(cursor, next ^ flags, step, steps);
            if (flags == 0)
                continue;
            low.Chunks.Add(chunk);
            if (emptiesAll)
            {
                whole.End = step;
                high.Chunks.Add(whole);
                whole = new ChunkSums(step, Rows);
            }
            chunk = Begin(cursor, step, emptiesAll ? whole : null);
            expanded += !inTail ? 0 : emptiesAll ? Rows : Rows / 2;
        }
        if (step != steps)
            throw CheckFailure.Words($"{cursor.Name}[{cursor.Position}]: the tile of output {first} has {step} steps, not {steps}");
        cursor.EndTile();
        whole.End = steps;
        high.Chunks.Add(whole);
        proof.Tiles.Add(low);
        proof.Tiles.Add(high);
        foreach (var tile in new[] { low, high })
        {
            foreach (var part in tile.Chunks)
            {
                for (var i = 0; i < Rows; i++)
                {
                    if (tile.Lanes[i].Output < starts.Length)
                        starts[tile.Lanes[i].Output] += part.Start[i];
                    else
                        RequireZero(part.Start[i], $"the start of the missing output {tile.Lanes[i].Output}");
                }
            }
        }
        return expanded;
    }

    private uint Header(WordCursor cursor, uint header, int step, int steps) => header >= 1 && header <= LongestSegment && header <= steps - step
        ? header
        : throw CheckFailure.Words($"{cursor.Name}[{cursor.Position - 1}]: a segment header of {header:X8} at step {step} of {steps}");

    private ChunkSums Begin(WordCursor cursor, int step, ChunkSums? high)
    {
        var chunk = new ChunkSums(step, Rows);
        var pair = 0u;
        for (var r = 0; r < Rows; r++)
        {
            if (high is not null)
            {
                var word = cursor.Next();
                (chunk.Start[r], high.Start[r]) = (word & 0xFFF, word >> LowBits);
                continue;
            }
            // Two low lanes' starts in a word.
            pair = r % 2 == 0 ? cursor.Next() : pair >> 16;
            chunk.Start[r] = pair & 0xFFF;
            RequireZero(pair >> LowBits & 0xF, $"{cursor.Name}[{cursor.Position - 1}]: what stands above a low lane's start");
        }
        return chunk;
    }

    private void Step(WordCursor cursor, int first, int step, bool inTail, int taps, int channels, Activations activations, ChunkSums low, ChunkSums high, LayerProof proof)
    {
        var codes = 0u;
        for (var r = 0; r < Rows; r++)
        {
            var word = 0u;
            if (inTail)
            {
                codes = r % 2 == 0 ? cursor.Next() : uint.RotateRight(codes, 8);
                // Halves of a + 8 in four bits and of b in the four highest, less 8 each.
                word = (((codes & 0xF00F) - 8) & 0xFFFF) | (((codes >> 16 & 0xF00F) - 8) << 16);
            }
            else
            {
                word = cursor.Next();
            }
            for (var half = 0; half < 2; half++)
            {
                var value = (int)(short)(word >> (16 * half));
                var a = Signed(value, LowBits);
                var tap = (step / 2 * 4) + (step % 2) + (2 * half);
                Product(r, first + (2 * r), a, low);
                Product(r, first + (2 * r) + 1, (value - a) >> LowBits, high);

                void Product(int lane, int output, int weight, ChunkSums chunk)
                {
                    if (tap >= taps || output >= proof.Outputs.Length)
                    {
                        RequireZero(weight, $"{cursor.Name}[{cursor.Position - 1}]: the weight of output {output}, tap {tap}, which fills up the stream,");
                        return;
                    }
                    var activation = activations[tap % channels];
                    chunk.Add(lane, weight, activation);
                    proof.Outputs[output].Add(weight, activation);
                }
            }
        }
    }
}
