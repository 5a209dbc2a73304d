using Brim.Check.Proofs;
using Brim.Check.Source;

namespace Brim.Check.Kernels;

/// <summary>
/// Depthwise 3x3 lane kernels, of stride 1 unless they say otherwise, which make what they multiply and what their lanes start at from the weights' codes (lanes_depthwise_codes.h).
/// </summary>
internal abstract class DepthwiseKernel : LaneKernel
{
    /// <summary>Taps of a channel: [row][column].</summary>
    protected const int Taps = 9;

    private const int WordBits = 32;

    /// <summary>Name of the packing.</summary>
    protected abstract string Packing { get; }

    /// <summary>Fewest columns, and the scratch of an image in words.</summary>
    protected abstract (int LeastWidth, Func<long, long, long> ScratchWords) Image { get; }

    /// <summary>Largest activation that the kernel's words hold.</summary>
    protected abstract int GreatestActivation(ParameterSet p);

    /// <summary>Proves a channel's lanes, started for the greatest activation, and returns what its whole sums start at.</summary>
    protected abstract long Channel(ParameterSet p, int channel, ReadOnlySpan<int> weights, (long Low, long High) activation, long greatest, LayerProof proof);

    /// <inheritdoc/>
    public override LayerShape Shape(LayerCall call)
    {
        var p = call.Required;
        var (height, width) = (p.Extent("height"), p.Integer("width", Image.LeastWidth, ParameterSet.Limit));
        var elements = (long)height * width * p.Extent("channels");
        return Bytes(call, elements, elements, p.Extent("channels"), true, Image.ScratchWords(height, width));
    }

    /// <inheritdoc/>
    public override LayerProof Read(LayerCall call, Activations activations)
    {
        var p = call.Required;
        var channels = p.Extent("channels");
        var bits = p.Integer("code_bits", 2, 8);
        var words = p.Array("weights", (((long)Taps * bits * channels) + WordBits - 1) / WordBits);
        var proof = new LayerProof(Packing, Taps, false) { Outputs = Sums(channels), Words = { words } };
        RequireActivations(proof, activations, GreatestActivation(p));
        var greatest = p.Integer("greatest", 0, GreatestActivation(p));
        var starts = new long[channels];
        Span<int> weights = stackalloc int[Taps];
        for (var c = 0; c < channels; c++)
        {
            for (var tap = 0; tap < Taps; tap++)
            {
                weights[tap] = Code(words, ((long)Taps * c) + tap, bits);
                proof.Outputs[c].Add(weights[tap], activations[c]);
            }
            starts[c] = Channel(p, c, weights, activations[c], greatest, proof);
        }
        for (var bit = (long)Taps * channels * bits; bit < (long)WordBits * words.Values.Length; bit++)
            RequireZero(Bit(words, bit), $"bit {bit} of '{words.Name}', which follows the weights,");
        LaneChannels.Read(p, proof, starts);
        return proof;
    }

    private static int Code(ConstantArray words, long index, int bits)
    {
        var code = 0L;
        for (var i = 0; i < bits; i++)
            code |= Bit(words, (index * bits) + i) << i;
        return Signed(code, bits);
    }

    private static long Bit(ConstantArray words, long at) => words.Values[at / WordBits] >> (int)(at % WordBits) & 1;
}
