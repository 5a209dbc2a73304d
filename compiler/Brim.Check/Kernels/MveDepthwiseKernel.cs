using Brim.Check.Flow;
using Brim.Check.Proofs;
using Brim.Check.Source;

namespace Brim.Check.Kernels;

/// <summary>brim_depthwise3x3[_stride2]_s8_mve*: nine weights a channel, a sum of 32 bits each (depthwise3x3_s8_mve.c).</summary>
/// <param name="kind">Form of the rescaling.</param>
/// <param name="stride">Stride that the function is made for.</param>
internal sealed class MveDepthwiseKernel(MveKind kind, int stride) : KernelReader
{
    private const int Taps = 9;
    private const int VectorBytes = 16;

    /// <inheritdoc/>
    public override LayerShape Shape(LayerCall call)
    {
        var p = call.Required;
        var channels = p.Extent("channel_count");
        var (height, width) = (p.Extent("in_h"), p.Extent("in_w"));
        var (rows, columns, stripRows) = (p.Extent("out_h"), p.Extent("out_w"), p.Extent("strip_rows"));
        // A row of words serves two rows of results, which a strip must not divide.
        if (stripRows > rows || (stride == 1 && stripRows % 2 != 0 && stripRows != rows))
            throw CheckFailure.Words($"strip_rows = {stripRows} of {rows}");
        var groups = stride == 1 ? (stripRows + 1) / 2 : stripRows;
        var words = stride == 1 ? ((columns + 1L) / 2 * 2) + 2 : ((columns + 3L) / 4 * 8) + 2;
        var vectors = (channels + VectorBytes - 1L) / VectorBytes * VectorBytes;
        var pads = PairKernel.Pads(height, rows, 3, stride, p.Integer("pad_top", 0, ParameterSet.Limit))
            | PairKernel.Pads(width, columns, 3, stride, p.Integer("pad_left", 0, ParameterSet.Limit));
        return new LayerShape(
            new Access(call.Memory(1), (long)height * width * channels, ElementFormat.S8),
            new Access(call.Memory(2), (long)rows * columns * channels, ElementFormat.S8),
            kind.Codes(p, ""))
        {
            Channels = channels,
            ScratchBytes = vectors * (1 + (4 * words * groups)),
            Padding = pads ? (sbyte)p.Integer("in_zero_point") : null,
        };
    }

    /// <inheritdoc/>
    public override LayerProof Read(LayerCall call, Activations activations) =>
        MveKernel.Sums(kind, call.Required, "", call.Required.Extent("channel_count"), Taps, 0, (output, _) => activations[output]);
}
