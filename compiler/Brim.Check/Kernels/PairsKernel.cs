using Brim.Check.Flow;
using Brim.Check.Proofs;
using Brim.Check.Source;

namespace Brim.Check.Kernels;

/// <summary>What the readers of convolutions with two pixels in a word have in common (lanes_pairs.h): tiles of four channels, weights in 4 to 7 bits.</summary>
/// <param name="packing">Name of the packing.</param>
/// <param name="blockWords">Words of a block of four pixels for each four taps.</param>
internal abstract class PairsKernel(string packing, int blockWords) : LaneKernel
{
    /// <summary>Channels of a tile.</summary>
    protected const int Tile = 4;

    /// <inheritdoc/>
    public override LayerShape Shape(LayerCall call)
    {
        var p = call.Required;
        var (height, width, channels) = (p.Extent("input_height"), p.Extent("input_width"), p.Extent("channels"));
        var (rows, columns) = (p.Extent("output_height"), p.Extent("output_width"));
        var pads = Pads(height, rows, p.Extent("kernel_height"), p.Extent("stride_y"), p.Integer("pad_top", 0, ParameterSet.Limit))
            | Pads(width, columns, p.Extent("kernel_width"), p.Extent("stride_x"), p.Integer("pad_left", 0, ParameterSet.Limit));
        var groups = (((long)p.Extent("kernel_height") * p.Extent("kernel_width") * channels) + 3) / 4;
        return Bytes(call, (long)height * width * channels, (long)rows * columns * p.Extent("outputs"), channels, pads,
            p.Extent("tile_words") + (groups * ((blockWords * (long)p.Extent("strip_blocks")) + 4)));
    }

    /// <inheritdoc/>
    public override LayerProof Read(LayerCall call, Activations activations)
    {
        var p = call.Required;
        var channels = p.Extent("channels");
        var taps = checked(p.Extent("kernel_height") * p.Extent("kernel_width") * channels);
        var outputs = p.Extent("outputs");
        var stream = p.Array("stream");
        // Each weight takes 4 bits of the stream or more, so that nothing below can be much larger than the array is.
        if ((long)outputs * taps > 8L * stream.Values.Length)
            throw CheckFailure.Words($"'{stream.Name}' has {stream.Values.Length} words, too few for {outputs} outputs of {taps} taps");
        var proof = new LayerProof(packing, taps, false) { Outputs = Sums(outputs), Words = { stream } };
        var (spacing, codeBits) = (Spacing(p), p.Integer("code_bits", 4, 7));
        RequireActivations(proof, activations, GreatestActivation(spacing));
        var starts = new long[outputs];
        var cursor = new WordCursor(stream);
        var longest = 0;
        for (var first = 0; first < outputs; first += Tile)
        {
            longest = Math.Max(longest, ReadTile(cursor, first, spacing, codeBits, channels, activations, proof, starts));
        }
        cursor.EndArray();
        if (p.Integer("tile_words") < longest)
            throw CheckFailure.Words($"tile_words = {p.Integer("tile_words")}, the longest tile takes {longest}");
        LaneChannels.Read(p, proof, starts);
        return proof;
    }

    /// <summary>Bits from field to field.</summary>
    protected abstract int Spacing(ParameterSet p);

    /// <summary>Greatest activation that the fields hold.</summary>
    protected abstract int GreatestActivation(int spacing);

    /// <summary>Proves a tile, notes what start values every sum contains, and returns the words that it takes expanded.</summary>
    protected abstract int ReadTile(WordCursor cursor, int first, int spacing, int codeBits, int channels, Activations activations, LayerProof proof, long[] starts);

    /// <summary>Fails unless a weight is zero whose channel or tap only fills up the stream. Returns whether it does.</summary>
    protected static bool IsFilling(WordCursor cursor, int weight, int output, int tap, LayerProof proof)
    {
        if (output < proof.Outputs.Length && tap < proof.Taps)
            return false;
        RequireZero(weight, $"{cursor.Name}[{cursor.Position - 1}]: the weight of output {output}, tap {tap}, which fills up the stream,");
        return true;
    }

    /// <summary>Adds a channel's start values at both pixels, which one bias can take back only if they are alike.</summary>
    protected static void AddStarts(LayerProof proof, int output, long first, long second, long[] starts)
    {
        if (first != second)
            proof.Report(CheckDiagnostics.ConstantsDoNotCancel, $"output {output}: its pixels start at {first} and {second}, which one bias cannot take back");
        if (output < starts.Length)
            starts[output] += first;
        else
            RequireZero(first | second, $"the start of the missing output {output}");
    }
}
