using Brim.Check.Proofs;
using Brim.Check.Source;

namespace Brim.Check.Kernels;

/// <summary>brim_lanes_depthwise3x3_rows: nine taps a channel in one chunk (lanes_depthwise3x3_rows.h).</summary>
internal sealed class DepthwiseRowsKernel : LaneKernel
{
    private const int Taps = 9;

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
        var codeBits = p.Integer("code_bits", 2, 8);
        var words = p.Array("weights", (((long)Taps * codeBits * channels) + 31) / 32);
        var proof = new LayerProof("smlal-rows", Taps, false) { Outputs = Sums(channels), Words = { words } };
        RequireActivations(proof, activations, fields.GreatestActivation);
        // What the kernel starts its lanes for; the words that it makes them with hold no more.
        var greatest = p.Integer("greatest", 0, fields.GreatestActivation);
        var starts = new long[channels];
        Span<int> weights = stackalloc int[Taps];
        Span<int> low = stackalloc int[Taps];
        for (var c = 0; c < channels; c++)
        {
            for (var tap = 0; tap < Taps; tap++)
            {
                weights[tap] = Code(words, (Taps * c) + tap, codeBits);
                proof.Outputs[c].Add(weights[tap], activations[c]);
            }
            if (split == 0)
            {
                starts[c] = Part(c, weights, fields, activations, greatest, proof);
                continue;
            }
            for (var tap = 0; tap < Taps; tap++)
            {
                low[tap] = Signed(weights[tap], split);
                weights[tap] = (weights[tap] - low[tap]) >> split;
            }
            starts[c] = Part(c, low, fields, activations, greatest, proof) + (Part(c, weights, fields, activations, greatest, proof) << split);
        }
        for (var bit = Taps * channels * codeBits; bit < 32 * words.Values.Length; bit++)
            RequireZero(words.Values[bit / 32] >> (bit % 32) & 1, $"bit {bit} of '{words.Name}', which follows the weights,");
        LaneChannels.Read(p, proof, starts);
        return proof;
    }

    /// <summary>A code of so many bits in two's complement.</summary>
    private static int Code(ConstantArray words, int index, int bits)
    {
        var code = 0L;
        for (var i = 0; i < bits; i++)
        {
            var at = (index * bits) + i;
            code |= (words.Values[at / 32] >> (at % 32) & 1) << i;
        }
        return Signed(code, bits);
    }

    /// <summary>Proves one part's lanes and returns what its whole sums start at.</summary>
    private static long Part(int channel, ReadOnlySpan<int> weights, RowsFields fields, Activations activations, long greatest, LayerProof proof)
    {
        var chunk = new ChunkSums(0, RowsKernel.Lanes) { End = 3 };
        for (var tap = 0; tap < Taps; tap++)
        {
            // Fields of a weight word are the taps of a filter row from the last to the first.
            var field = 2 - (tap % 3);
            for (var lane = 0; lane < RowsKernel.Lanes; lane++)
            {
                if (!RowsKernel.Products[lane].Contains(field))
                    continue;
                chunk.Add(lane, weights[tap], activations[channel]);
                chunk.Start[lane] += greatest * Math.Max(0, -weights[tap]);
            }
        }
        for (var row = 0; row < 3; row++)
        {
            var word = 0L;
            for (var field = 0; field < 3; field++)
                word += (long)weights[(3 * row) + 2 - field] << fields.WeightOffsets[field];
            if (word is < int.MinValue or > int.MaxValue)
                proof.Report(CheckDiagnostics.OperandOverflow, $"output {channel}: the word of kernel row {row} is {word}, more than 32 bits");
        }
        proof.Tiles.Add(new TileSums(
            [.. Enumerable.Range(0, RowsKernel.Lanes).Select(i => new LaneField(channel, fields.LaneOffsets[i], fields.LaneBits[i]))], [chunk]));
        return chunk.Start[2];
    }
}
