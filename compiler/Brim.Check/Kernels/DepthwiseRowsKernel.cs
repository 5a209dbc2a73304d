using Brim.Check.Proofs;
using Brim.Check.Source;

namespace Brim.Check.Kernels;

/// <summary>brim_lanes_depthwise3x3_rows: nine taps a channel in one chunk (lanes_depthwise3x3_rows.h).</summary>
internal sealed class DepthwiseRowsKernel : LaneKernel
{
    // Three rows of taps, the start's low and high word, left, right.
    private const int ChannelWords = 7;

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
        var words = p.Array("weights", (long)ChannelWords * channels);
        var proof = new LayerProof("smlal-rows", 9, false) { Outputs = Sums(channels), Words = { words } };
        RequireActivations(proof, activations, RowsKernel.GreatestActivation);
        var starts = new long[channels];
        for (var c = 0; c < channels; c++)
            starts[c] = Channel(words, c, activations, p.Integer("padding", 0, 255), proof);
        LaneChannels.Read(p, proof, starts);
        return proof;
    }

    private static long Channel(ConstantArray words, int channel, Activations activations, long padding, LayerProof proof)
    {
        uint Word(int index) => (uint)words.Values[(ChannelWords * channel) + index];
        var chunk = new ChunkSums(0, RowsKernel.Lanes) { End = 3 };
        Starts(chunk, 0, Word(3) | (ulong)Word(4) << 32, RowsKernel.LaneOffsets, RowsKernel.LaneBits);
        var (left, right) = (chunk.Start[4], chunk.Start[0]);
        Span<int> weights = stackalloc int[3];
        for (var row = 0; row < 3; row++)
        {
            Fields((int)Word(row), RowsKernel.WeightOffsets, weights);
            for (var lane = 0; lane < RowsKernel.Lanes; lane++)
            {
                foreach (var field in RowsKernel.Products[lane])
                    chunk.Add(lane, weights[field], activations[channel]);
            }
            foreach (var weight in weights)
                proof.Outputs[channel].Add(weight, activations[channel]);
            left += weights[2] * padding;
            right += weights[0] * padding;
        }
        RowsKernel.CheckStarts(proof, channel, chunk.Start);
        if (Word(5) != left << RowsKernel.LaneOffsets[1])
            proof.Report(CheckDiagnostics.ConstantsDoNotCancel, $"output {channel}: left is {Word(5):X8}, the padding left of the image gives {left << RowsKernel.LaneOffsets[1]:X8}");
        if (Word(6) != right)
            proof.Report(CheckDiagnostics.ConstantsDoNotCancel, $"output {channel}: right is {Word(6)}, the padding right of the image gives {right}");
        proof.Tiles.Add(new TileSums(
            [.. Enumerable.Range(0, RowsKernel.Lanes).Select(i => new LaneField(channel, RowsKernel.LaneOffsets[i], RowsKernel.LaneBits[i]))], [chunk]));
        return chunk.Start[2];
    }
}
