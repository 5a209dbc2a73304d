using Brim.Check.Proofs;
using Brim.Check.Source;

namespace Brim.Check.Kernels;

/// <summary>brim_lanes_depthwise3x3_rows: nine taps a channel in one chunk (lanes_depthwise3x3_rows.h).</summary>
internal sealed class DepthwiseRowsKernel : LaneKernel
{
    // Three rows of taps, the start's low and high word, left, right.
    private const int PartWords = 7;

    /// <inheritdoc/>
    public override LayerShape Shape(LayerCall call)
    {
        var p = call.Required;
        var elements = (long)p.Extent("height") * p.Integer("width", 3, ParameterSet.Limit) * p.Extent("channels");
        return Bytes(call, elements, elements, p.Extent("channels"), true,
            (p.Extent("width") + 2L) / 3 * (p.Extent("height") + 2L));
    }

    /// <inheritdoc/>
    public override LayerProof Read(LayerCall call, Activations activations)
    {
        var p = call.Required;
        var channels = p.Extent("channels");
        var split = p.Integer("split_bits", 0, 8);
        var parts = split == 0 ? 1 : 2;
        var fields = RowsFields.Of(p);
        var words = p.Array("weights", (long)PartWords * parts * channels);
        var proof = new LayerProof("smlal-rows", 9, false) { Outputs = Sums(channels), Words = { words } };
        RequireActivations(proof, activations, fields.GreatestActivation);
        var starts = new long[channels];
        for (var c = 0; c < channels; c++)
        {
            var whole = new int[9];
            for (var part = 0; part < parts; part++)
                starts[c] += Part(words, (c * parts) + part, c, fields, activations, p.Integer("padding", 0, 255), proof, whole, part * split) << (part * split);
            foreach (var weight in whole)
                proof.Outputs[c].Add(weight, activations[c]);
        }
        LaneChannels.Read(p, proof, starts);
        return proof;
    }

    /// <summary>Proves one part's lanes, adds its weights to the whole ones and returns its start.</summary>
    private static long Part(
        ConstantArray words, int index, int channel, RowsFields fields, Activations activations, long padding, LayerProof proof, int[] whole, int shift)
    {
        uint Word(int word) => (uint)words.Values[(PartWords * index) + word];
        var chunk = new ChunkSums(0, RowsKernel.Lanes) { End = 3 };
        var start = Word(3) | (ulong)Word(4) << 32;
        long left = 0, right = 0;
        Span<int> weights = stackalloc int[3];
        for (var row = 0; row < 3; row++)
        {
            Fields((int)Word(row), fields.WeightOffsets, weights);
            start -= fields.Lacking(weights);
            for (var lane = 0; lane < RowsKernel.Lanes; lane++)
            {
                foreach (var field in RowsKernel.Products[lane])
                    chunk.Add(lane, weights[field], activations[channel]);
            }
            for (var i = 0; i < 3; i++)
                whole[(3 * row) + i] += weights[i] << shift;
            left += weights[2] * padding;
            right += weights[0] * padding;
        }
        Starts(chunk, 0, start, fields.LaneOffsets, fields.LaneBits);
        left += chunk.Start[4];
        right += chunk.Start[0];
        RowsKernel.CheckStarts(proof, channel, chunk.Start);
        if (Word(5) != left << fields.Spacing)
            proof.Report(CheckDiagnostics.ConstantsDoNotCancel, $"output {channel}: left is {Word(5):X8}, the padding left of the image gives {left << fields.Spacing:X8}");
        if (Word(6) != right)
            proof.Report(CheckDiagnostics.ConstantsDoNotCancel, $"output {channel}: right is {Word(6)}, the padding right of the image gives {right}");
        proof.Tiles.Add(new TileSums(
            [.. Enumerable.Range(0, RowsKernel.Lanes).Select(i => new LaneField(channel, fields.LaneOffsets[i], fields.LaneBits[i]))], [chunk]));
        return chunk.Start[2];
    }
}
