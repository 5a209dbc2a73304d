using Brim.Check.Flow;
using Brim.Check.Proofs;
using Brim.Check.Source;

namespace Brim.Check.Kernels;

/// <summary>brim_depthwise3x3[_stride2]_s8_*: nine weights a channel as bytes, sums that are doubled throughout (depthwise3x3_s8_smlad.c).</summary>
/// <param name="kind">Form.</param>
/// <param name="stride">Stride that the function is made for.</param>
internal sealed class PairDepthwiseKernel(PairKind kind, int stride) : KernelReader
{
    private const int Taps = 9;

    // The doubled sum is multiplied by 16-bit pieces without overflow.
    private const int Bits = 30;

    // The last kernel row is read as a whole word.
    private const int ReadAhead = 3;

    /// <inheritdoc/>
    public override LayerShape Shape(LayerCall call)
    {
        var p = call.Required;
        var channels = p.Integer("channel_count", 4, ParameterSet.Limit);
        var (height, width) = (p.Extent("in_h"), p.Extent("in_w"));
        var (rows, columns) = (p.Extent("out_h"), p.Integer("out_w", 2, ParameterSet.Limit));
        if (p.Integer("stride") != stride)
            throw CheckFailure.Words($"stride = {p.Integer("stride")}, the function is for {stride}");
        var (stripRows, planeWords) = (p.Extent("strip_rows"), p.Extent("plane_words"));
        var needed = stride == 1 ? ((columns + 1) / 2) + 1 : columns + 1;
        if (planeWords < needed || stripRows > rows)
            throw CheckFailure.Words($"plane_words = {planeWords} and strip_rows = {stripRows}, the image needs {needed} and at most {rows}");
        var pads = PairKernel.Pads(height, rows, 3, stride, p.Integer("pad_top", 0, 2)) | PairKernel.Pads(width, columns, 3, stride, p.Integer("pad_left", 0, 2));
        return new LayerShape(
            new Access(call.Memory(1), (long)height * width * channels, ElementFormat.S8),
            new Access(call.Memory(2), (long)rows * columns * channels, ElementFormat.S8),
            kind.Codes(p, ""))
        {
            Channels = channels,
            // Planes of four channels; without SMLAD the sums of an output row, too.
            ScratchBytes = (16L * planeWords * (((stripRows - 1L) * stride) + 3)) + (kind.TapBytes == 4 ? 4L * columns : 0),
            Padding = pads ? (sbyte)p.Integer("in_zero_point") : null,
        };
    }

    /// <inheritdoc/>
    public override LayerProof Read(LayerCall call, Activations activations)
    {
        var p = call.Required;
        var channels = p.Extent("channel_count");
        var weights = p.Array("weights", ((long)Taps * channels) + ReadAhead);
        var table = p.Array("channels", 2L * channels);
        var shifts = p.Array("shifts", channels);
        var proof = new LayerProof(kind.Packing, Taps, true) { Outputs = Sums(channels), Words = { weights, table, shifts } };
        proof.Rescaling = new PairRescaling(kind, p, "", c => (table.Values[(2 * c) + 1], shifts.Values[c]));
        var chunk = new ChunkSums(0, channels) { End = Taps };
        proof.Tiles.Add(new TileSums([.. Enumerable.Range(0, channels).Select(c => new LaneField(c, 0, Bits))], [chunk]));
        for (var c = 0; c < channels; c++)
        {
            for (var k = 0; k < Taps; k++)
            {
                chunk.Add(c, weights.Values[(Taps * c) + k], activations[c]);
                proof.Outputs[c].Add(weights.Values[(Taps * c) + k], activations[c]);
            }
            if (table.Values[2 * c] % 2 != 0)
                proof.Report(CheckDiagnostics.ConstantsDoNotCancel, $"output {c}: the doubled bias {table.Values[2 * c]} is odd");
            chunk.Start[c] = table.Values[2 * c] >> 1;
            proof.Outputs[c].Constant = chunk.Start[c];
        }
        for (var i = Taps * channels; i < weights.Values.Length; i++)
            RequireZero(weights.Values[i], $"{weights.Name}[{i}], which follows the weights,");
        return proof;
    }
}
