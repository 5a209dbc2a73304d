using Brim.Check.Proofs;
using Brim.Check.Source;

namespace Brim.Check.Kernels;

/// <summary>
/// brim_lanes_conv3x3_rows: a filter row of three taps times three pixels as a product of polynomials in 2^12 (lanes_rows_tile.h).
/// </summary>
internal sealed class RowsKernel : LaneKernel
{
    /// <summary>Lanes of the 64-bit product.</summary>
    internal const int Lanes = 5;

    private const int LongestChunk = 64;
    private const int StartBits = 13;
    private const int StepsOffset = 26;

    /// <summary>What codes of 4 bits leave free of a word.</summary>
    private const uint Rest12 = ~0xFF0F_F0FFu;
    private const uint Rest13 = ~0x3C1F_EFFFu;

    /// <summary>Fields of the weight word whose products land in each lane.</summary>
    internal static readonly int[][] Products = [[0], [0, 1], [0, 1, 2], [1, 2], [2]];

    /// <inheritdoc/>
    public override LayerShape Shape(LayerCall call)
    {
        var p = call.Required;
        var pixels = (long)p.Extent("height") * p.Extent("width");
        if (p.Extent("strip_rows") % 2 != 0)
            throw CheckFailure.Words($"strip_rows = {p.Integer("strip_rows")} is odd");
        return Bytes(call, pixels * p.Extent("channels"), pixels * p.Extent("outputs"), p.Extent("channels"), true,
            p.Integer("pair_words", 0, ParameterSet.Limit) + (((p.Extent("width") / 3) + 1L) * (p.Extent("strip_rows") + 4L) * p.Extent("channels")));
    }

    /// <inheritdoc/>
    public override LayerProof Read(LayerCall call, Activations activations)
    {
        var p = call.Required;
        var (channels, outputs) = (p.Extent("channels"), p.Extent("outputs"));
        var codeBits = p.Integer("code_bits", 4, 6);
        var fields = RowsFields.Of(p);
        var stream = p.Array("stream");
        if (outputs % 2 != 0 || 9L * channels * outputs > 8L * stream.Values.Length)
            throw CheckFailure.Words($"'{stream.Name}' has {stream.Values.Length} words for {outputs} outputs of {channels} channels");
        var proof = new LayerProof("smlal-rows", 9 * channels, false) { Outputs = Sums(outputs), Words = { stream } };
        RequireActivations(proof, activations, fields.GreatestActivation);
        var (starts, left) = (new long[outputs], new long[outputs]);
        var cursor = new WordCursor(stream);
        var longest = 0;
        for (var first = 0; first < outputs; first += 2)
            longest = Math.Max(longest, Tile(cursor, first, 3 * channels, fields, codeBits, activations, proof, (starts, left)));
        cursor.EndArray();
        if (p.Integer("pair_words") < longest)
            throw CheckFailure.Words($"pair_words = {p.Integer("pair_words")}, the longest pair takes {longest}");
        LaneChannels.Read(p, proof, starts);
        var array = p.Array("left", outputs);
        proof.Words.Add(array);
        for (var c = 0; c < outputs; c++)
        {
            if (array.Values[c] != left[c])
                proof.Report(CheckDiagnostics.ConstantsDoNotCancel, $"output {c}: left is {array.Values[c]}, the padding left of the image gives {left[c]}");
        }
        return proof;
    }

    /// <summary>Notes starts that do not make the same whole sum for every column of a block.</summary>
    private static void CheckStarts(LayerProof proof, int output, ReadOnlySpan<long> starts)
    {
        if (starts[0] + starts[3] != starts[2] || starts[1] + starts[4] != starts[2])
        {
            proof.Report(CheckDiagnostics.ConstantsDoNotCancel,
                $"output {output}: the columns of a block start at {starts[0] + starts[3]}, {starts[1] + starts[4]} and {starts[2]}, which one bias cannot take back");
        }
    }

    private static int Tile(
        WordCursor cursor, int first, int steps, RowsFields fields, int codeBits, Activations activations, LayerProof proof, (long[] Starts, long[] Left) constants)
    {
        var tile = new TileSums([.. Enumerable.Range(0, 2 * Lanes).Select(i => new LaneField(first + (i / Lanes), fields.LaneOffsets[i % Lanes], fields.LaneBits[i % Lanes]))], []);
        var padding = activations.Padding ?? 0;
        var totals = new long[2 * Lanes];
        var greatest = new long[2 * Lanes];
        var expanded = 1;
        var step = 0;
        for (var isLast = false; !isLast;)
        {
            var chunk = new ChunkSums(step, 2 * Lanes);
            (var count, isLast, var carries) = Open(cursor, fields, chunk, step, steps);
            var weights = new RowWeights(cursor, fields, codeBits, count);
            for (var end = step + count; step < end; step++)
                Step(weights.Next(), first, step, activations, chunk, proof, padding, constants.Left);
            weights.RequireCarries(carries);
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
            if (greatest[i] >> fields.SumBits[i % Lanes] != 0)
                proof.Report(CheckDiagnostics.TotalOverflow, $"output {first + (i / Lanes)}: lane {i % Lanes} sums up to {greatest[i]} over its chunks, more than {fields.SumBits[i % Lanes]} bits");
        }
        for (var c = 0; c < 2; c++)
        {
            var own = totals.AsSpan(c * Lanes, Lanes);
            CheckStarts(proof, first + c, own);
            constants.Starts[first + c] = own[2];
            constants.Left[first + c] += own[4];
        }
        return expanded;
    }

    /// <summary>
    /// The three words before a chunk: its steps, whether it is the tile's last, and the starts of every tap, which the kernel adds up to those of the lanes.
    /// What products lack because pixel words are stored less 2^31 it adds by itself, but for a bit that its sums of 32 have no room for.
    /// </summary>
    private static (int Count, bool IsLast, uint Carries) Open(WordCursor cursor, RowsFields fields, ChunkSums chunk, int step, int steps)
    {
        uint[] words = [cursor.Next(), cursor.Next(), cursor.Next()];
        var where = $"{cursor.Name}[{cursor.Position - 3}]";
        var count = (int)(words[0] >> StepsOffset) + 1;
        var isLast = (words[1] & Spill) != 0;
        if (count > LongestChunk || count > steps - step || isLast != (count == steps - step))
            throw CheckFailure.Words($"{where}: a chunk of {count} steps{(isLast ? ", the last," : "")} at step {step} of {steps}");
        RequireZero(((words[1] & ~Spill) >> StepsOffset) | (words[2] >> (StepsOffset + 2)), $"{where}: the rest of the words before a chunk");
        for (var c = 0; c < 2; c++)
        {
            // Of the taps in fields 0, 1, 2.
            long[] taps = [Field(words[c], 0), Field(words[c], 1), Field(words[2], c)];
            for (var lane = 0; lane < Lanes; lane++)
            {
                var start = Products[lane].Sum(field => taps[field]);
                if (start >> fields.LaneBits[lane] != 0)
                    throw CheckFailure.Words($"{where}: a start of {start} in a lane of {fields.LaneBits[lane]} bits");
                chunk.Start[(c * Lanes) + lane] = start;
            }
        }
        return (count, isLast, words[2] >> StepsOffset);

        static long Field(uint word, int index) => word >> (StartBits * index) & ((1u << StartBits) - 1);
    }

    private static void Step(int[][] weights, int first, int step, Activations activations, ChunkSums chunk, LayerProof proof, long padding, long[] left)
    {
        var channels = proof.Taps / 9;
        var activation = activations[step % channels];
        for (var c = 0; c < 2; c++)
        {
            foreach (var weight in weights[c])
                proof.Outputs[first + c].Add(weight, activation);
            left[first + c] += weights[c][2] * padding;
            for (var lane = 0; lane < Lanes; lane++)
            {
                foreach (var field in Products[lane])
                    chunk.Add((c * Lanes) + lane, weights[c][field], activation);
            }
        }
    }

    /// <summary>The weights of a chunk, step by step: of both channels those in fields 0, 1, 2.</summary>
    private sealed class RowWeights(WordCursor cursor, RowsFields fields, int codeBits, int steps)
    {
        // Of weights of 6 bits, the sixth of a step has its lower four bits in a word before eight steps.
        private const int SplitSteps = 8;
        private const int SplitBits = 4;

        private readonly long[] _sums = new long[2];
        private uint _split;
        private int _step;

        /// <summary>Fails unless the two bits are bit 32 of the sums of both channels' words; zero where the kernel does not need them.</summary>
        public void RequireCarries(uint carries)
        {
            var want = fields.Spacing == 12 ? 0 : (uint)(_sums[0] >> 32 & 1) | (uint)(_sums[1] >> 32 & 1) << 1;
            if (carries != want)
                throw CheckFailure.Words($"{cursor.Name}: before the chunk that ends at word {cursor.Position} bits {carries:b2} say how the sums of its weights end, {want:b2} they do");
        }

        public int[][] Next()
        {
            if (codeBits == 6 && _step % SplitSteps == 0)
            {
                _split = cursor.Next();
                RequireZero((long)((ulong)_split >> (SplitBits * Math.Min(SplitSteps, steps - _step))), $"{cursor.Name}[{cursor.Position - 1}]: the rest of a word of lower bits");
            }
            var word = cursor.Next();
            if (codeBits < 6)
                RequireZero(word & (codeBits == 5 ? 0xC000_0000 : fields.Spacing == 12 ? Rest12 : Rest13), $"{cursor.Name}[{cursor.Position - 1}]: the rest of a word of codes");
            var weights = new int[6];
            for (var i = 0; i < weights.Length; i++)
                weights[i] = codeBits == 4 ? (int)(word >> Offset(i / 3, i % 3) & 0xF) - 8 : Signed(word >> (codeBits * i), codeBits);
            if (codeBits == 6)
                weights[^1] = (Signed(word >> 30, 2) << SplitBits) | (int)(_split >> (SplitBits * (_step % SplitSteps)) & ((1 << SplitBits) - 1));
            for (var c = 0; c < 2; c++)
            {
                var sum = fields.Word(weights.AsSpan(3 * c, 3));
                _sums[c] += sum;
                if (Math.Abs(sum) > int.MaxValue)
                    throw CheckFailure.Words($"{cursor.Name}[{cursor.Position - 1}]: weights of {string.Join(", ", weights)} do not fit words of 32 bits");
            }
            _step++;
            return [weights[..3], weights[3..]];
        }

        /// <summary>Lowest bit of a code of 4 bits.</summary>
        private int Offset(int channel, int field) =>
            channel == 0 ? fields.WeightOffsets[field] : fields.Spacing == 13 && field == 2 ? 8 : fields.WeightOffsets[field] + 4;
    }
}
