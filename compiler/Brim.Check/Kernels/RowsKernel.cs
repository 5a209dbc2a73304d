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
    private const uint CompactRest12 = ~0xFF0F_F0FFu;
    private const uint CompactRest13 = ~0x3C1F_EFFFu;

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
            Expanded(p, "pair_words") + (((p.Extent("width") / 3) + 1L) * (p.Extent("strip_rows") + 4L) * p.Extent("channels")));
    }

    /// <inheritdoc/>
    public override LayerProof Read(LayerCall call, Activations activations)
    {
        var p = call.Required;
        var (channels, outputs) = (p.Extent("channels"), p.Extent("outputs"));
        var compact = p.Integer("compact", 0, 1) == 1;
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
            longest = Math.Max(longest, Tile(cursor, first, 3 * channels, fields, compact, activations, proof, (starts, left)));
        cursor.EndArray();
        if (compact && p.Integer("pair_words") < longest)
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
    internal static void CheckStarts(LayerProof proof, int output, ReadOnlySpan<long> starts)
    {
        if (starts[0] + starts[3] != starts[2] || starts[1] + starts[4] != starts[2])
        {
            proof.Report(CheckDiagnostics.ConstantsDoNotCancel,
                $"output {output}: the columns of a block start at {starts[0] + starts[3]}, {starts[1] + starts[4]} and {starts[2]}, which one bias cannot take back");
        }
    }

    private static int Tile(
        WordCursor cursor, int first, int steps, RowsFields fields, bool compact, Activations activations, LayerProof proof, (long[] Starts, long[] Left) constants)
    {
        var tile = new TileSums([.. Enumerable.Range(0, 2 * Lanes).Select(i => new LaneField(first + (i / Lanes), fields.LaneOffsets[i % Lanes], fields.LaneBits[i % Lanes]))], []);
        var padding = activations.Padding ?? 0;
        var totals = new long[2 * Lanes];
        var greatest = new long[2 * Lanes];
        cursor.BeginTile();
        var expanded = 1;
        var step = 0;
        for (var count = Count(cursor, cursor.Next(), 0, steps); count != 0;)
        {
            var chunk = new ChunkSums(step, 2 * Lanes);
            var starts = new ulong[2];
            for (var c = 0; c < 2; c++)
                starts[c] = cursor.Next() | (ulong)cursor.Next() << 32;
            for (var end = step + count; step < end; step++)
                Step(cursor, first, step, fields, compact, activations, chunk, starts, proof, padding, constants.Left);
            for (var c = 0; c < 2; c++)
                Starts(chunk, c * Lanes, starts[c], fields.LaneOffsets, fields.LaneBits);
            chunk.End = step;
            tile.Chunks.Add(chunk);
            for (var i = 0; i < 2 * Lanes; i++)
            {
                totals[i] += chunk.Start[i];
                greatest[i] += chunk.Start[i] + chunk.High[i];
            }
            expanded += 5 + (2 * count);
            count = Count(cursor, cursor.Next() ^ (tile.Chunks.Count == 1 ? Spill : 0), step, steps);
        }
        cursor.EndTile();
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

    private static int Count(WordCursor cursor, uint count, int step, int steps) =>
        (step == steps && count == 0) || (count >= 1 && count <= LongestChunk && count <= steps - step)
            ? (int)count
            : throw CheckFailure.Words($"{cursor.Name}[{cursor.Position - 1}]: a chunk header of {count:X8} at step {step} of {steps}");

    private static void Step(
        WordCursor cursor, int first, int step, RowsFields fields, bool compact, Activations activations, ChunkSums chunk, ulong[] starts, LayerProof proof, long padding,
        long[] left)
    {
        Span<int> weights = stackalloc int[3];
        var channels = proof.Taps / 9;
        var activation = activations[step % channels];
        var packed = compact ? cursor.Next() : 0;
        if (compact)
            RequireZero(packed & (fields.Spacing == 12 ? CompactRest12 : CompactRest13), $"{cursor.Name}[{cursor.Position - 1}]: the rest of a compact word");
        for (var c = 0; c < 2; c++)
        {
            if (compact)
            {
                for (var i = 0; i < 3; i++)
                    weights[i] = (int)(packed >> CompactOffset(fields, c, i) & 0xF) - 8;
            }
            else
            {
                Fields((int)cursor.Next(), fields.WeightOffsets, weights);
            }
            starts[c] -= fields.Lacking(weights);
            for (var i = 0; i < 3; i++)
                proof.Outputs[first + c].Add(weights[i], activation);
            left[first + c] += weights[2] * padding;
            for (var lane = 0; lane < Lanes; lane++)
            {
                foreach (var field in Products[lane])
                    chunk.Add((c * Lanes) + lane, weights[field], activation);
            }
        }
    }

    /// <summary>Lowest bit of a code in a compact word.</summary>
    private static int CompactOffset(RowsFields fields, int channel, int field) =>
        channel == 0 ? fields.WeightOffsets[field] : fields.Spacing == 13 && field == 2 ? 8 : fields.WeightOffsets[field] + 4;
}
