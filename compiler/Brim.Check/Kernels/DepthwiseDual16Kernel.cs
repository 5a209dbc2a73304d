using Brim.Check.Proofs;
using Brim.Check.Source;

namespace Brim.Check.Kernels;

/// <summary>brim_lanes_depthwise3x3_dual16: the lanes of smlal-pixels by products of 32 bits, and strides of 2 (lanes_depthwise3x3_dual16.h).</summary>
internal sealed class DepthwiseDual16Kernel : DepthwisePixelsKernel
{
    /// <inheritdoc/>
    protected override string Packing => "dual16-pixels";

    /// <inheritdoc/>
    public override LayerShape Shape(LayerCall call)
    {
        var p = call.Required;
        var (height, width, channels) = (p.Extent("input_height"), p.Extent("input_width"), p.Extent("channels"));
        var (rows, columns) = (p.Extent("output_height"), p.Extent("output_width"));
        var stride = p.Integer("stride", 1, 2);
        if (rows > height || columns > width)
            throw CheckFailure.Words($"an output of {rows}x{columns} outgrows the input of {height}x{width}");
        if (p.Integer("pad_left", 0, 2) + width <= (Math.Max(columns, 2) - 1) * stride)
            throw CheckFailure.Words($"{columns} columns of stride {stride}: the last sees nothing but padding, which sums take the place of");
        var pads = Pads(height, rows, 3, stride, p.Integer("pad_top", 0, 2)) | Pads(width, columns, 3, stride, p.Integer("pad_left", 0, 2));
        // Rows of two outputs each, and at least two columns.
        var planeRows = ((((rows + 1L) / 2) - 1) * stride) + 3;
        var planeColumns = ((Math.Max(columns, 2) - 1L) * stride) + 3;
        return Bytes(call, (long)height * width * channels, (long)rows * columns * channels, channels, pads, checked(planeRows * planeColumns));
    }

    /// <inheritdoc/>
    public override LayerProof Read(LayerCall call, Activations activations)
    {
        var p = call.Required;
        var proof = base.Read(call, activations);
        // The greatest sum, too, is computed from it: what is rescaled in 32 bits depends on that.
        if (activations.All.High != p.Integer("greatest"))
            throw CheckFailure.Words($"greatest = {p.Integer("greatest")}, activations reach {activations.All.High}");
        LaneChannels.CheckBiases(p, proof, [.. proof.Tiles.Select(t => t.Chunks[0].Start[0])]);
        return proof;
    }
}
