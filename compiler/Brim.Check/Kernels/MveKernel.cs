using Brim.Check.Flow;
using Brim.Check.Proofs;
using Brim.Check.Source;

namespace Brim.Check.Kernels;

/// <summary>brim_conv2d_s8_mve* and brim_pointwise_s8_mve*: weights channel by channel, sixteen products in a sum of 32 bits (mve_dot.h).</summary>
/// <param name="isConvolution">True for windows, false for rows of inputs.</param>
/// <param name="kind">Form of the rescaling, from the function's name.</param>
internal sealed class MveKernel(bool isConvolution, MveKind kind) : KernelReader
{
    private const int StepTaps = 16;
    private const int BlockPixels = 4;
    private const int Bits = 32;

    // Distances of a block's results have 16 bits.
    private const int MaxOutputs = 21844;

    /// <inheritdoc/>
    public override LayerShape Shape(LayerCall call)
    {
        var p = call.Required;
        var (taps, outputs) = (p.Extent("filter.taps"), p.Integer("filter.out_c", 1, MaxOutputs));
        var codes = kind.Codes(p, "filter.");
        var steps = (taps + StepTaps - 1L) / StepTaps;
        if (!isConvolution)
        {
            var pixels = p.Extent("pixels");
            return Of((long)pixels * taps, (long)pixels * outputs, taps, null, BlockPixels * StepTaps * steps);
        }
        var (height, width, depth) = (p.Extent("in_h"), p.Extent("in_w"), p.Extent("in_c"));
        var (outHeight, outWidth, rows, columns) = (p.Extent("out_h"), p.Extent("out_w"), p.Extent("kernel_h"), p.Extent("kernel_w"));
        if ((long)rows * columns * depth != taps)
            throw CheckFailure.Words($"filter.taps = {taps}, the windows have {(long)rows * columns * depth}");
        var pads = PairKernel.Pads(height, outHeight, rows, p.Extent("stride_h"), p.Integer("pad_top", 0, ParameterSet.Limit))
            | PairKernel.Pads(width, outWidth, columns, p.Extent("stride_w"), p.Integer("pad_left", 0, ParameterSet.Limit));
        return Of((long)height * width * depth, (long)outHeight * outWidth * outputs, depth, pads ? (sbyte)p.Integer("in_zero_point") : null,
            // Windows that are no whole vectors are put together apart from the block.
            StepTaps * ((BlockPixels * steps) + (depth % StepTaps == 0 ? 0 : steps + 1)));

        LayerShape Of(long inputs, long results, int channels, long? padding, long scratch) => new(
            new Access(call.Memory(1), inputs, ElementFormat.S8), new Access(call.Memory(2), results, ElementFormat.S8), codes)
        {
            Channels = channels,
            Padding = padding,
            ScratchBytes = scratch,
        };
    }

    /// <inheritdoc/>
    public override LayerProof Read(LayerCall call, Activations activations)
    {
        var p = call.Required;
        var (taps, outputs) = (p.Extent("filter.taps"), p.Extent("filter.out_c"));
        // Whole vectors are read; behind the last channel lies nothing that counts, as activations there are 0.
        return Sums(kind, p, "filter.", outputs, taps, StepTaps - 1, (_, tap) => activations[isConvolution ? tap % p.Extent("in_c") : tap]);
    }

    /// <summary>Plain sums of a word each, from an array of weights by channel and the channel stream.</summary>
    internal static LayerProof Sums(
        MveKind kind, ParameterSet p, string path, int outputs, int taps, int readAhead, Func<int, int, (long Low, long High)> activation)
    {
        var weights = p.Array(path + "weights", ((long)outputs * taps) + readAhead);
        var table = p.Array(path + "channels", (long)outputs * kind.ChannelWords);
        var proof = new LayerProof(MveKind.Packing, taps, true) { Outputs = Sums(outputs), Words = { weights, table } };
        proof.Rescaling = kind.Rescaling(p, path, table);
        var chunk = new ChunkSums(0, outputs) { End = taps };
        proof.Tiles.Add(new TileSums([.. Enumerable.Range(0, outputs).Select(c => new LaneField(c, 0, Bits))], [chunk]));
        for (var c = 0; c < outputs; c++)
        {
            for (var k = 0; k < taps; k++)
            {
                var weight = weights.Values[((long)c * taps) + k];
                chunk.Add(c, weight, activation(c, k));
                proof.Outputs[c].Add(weight, activation(c, k));
            }
            proof.Outputs[c].Constant = chunk.Start[c] = table.Values[(long)c * kind.ChannelWords];
        }
        for (var i = (long)outputs * taps; i < weights.Values.Length; i++)
            RequireZero(weights.Values[i], $"{weights.Name}[{i}], which follows the weights,");
        return proof;
    }
}
