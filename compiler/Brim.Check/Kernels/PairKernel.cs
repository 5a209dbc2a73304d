using Brim.Check.Flow;
using Brim.Check.Proofs;
using Brim.Check.Source;

namespace Brim.Check.Kernels;

/// <summary>Operators that the pair kernels compute.</summary>
internal enum PairOperator
{
    /// <summary>brim_conv2d_s8_*.</summary>
    Convolution,

    /// <summary>brim_pointwise_s8_*.</summary>
    Pointwise,

    /// <summary>brim_fully_connected_s8_*.</summary>
    FullyConnected,
}

/// <summary>Kernels whose weight words hold two channels as w_a + 256 w_b (smlad_dot.h), with SMLAD or with MLA.</summary>
/// <param name="op">The operator.</param>
/// <param name="kind">Form of the rescaling, from the function's name.</param>
internal sealed class PairKernel(PairOperator op, PairKind kind) : KernelReader
{
    // A sum is doubled and multiplied by 16-bit pieces without overflow; the upper channel is what is left above eight bits.
    private const int LowerBits = 30;
    private const int UpperOffset = 8;
    private const int UpperBits = 24;
    private const int ChannelWords = 5;

    // Pixels whose taps are expanded before they are used.
    private const int BlockPixels = 3;

    /// <inheritdoc/>
    public override LayerShape Shape(LayerCall call)
    {
        var p = call.Required;
        var outputs = p.Extent("filter.out_c");
        var codes = kind.Codes(p, "filter.");
        if (op != PairOperator.Convolution)
        {
            var (channels, rows) = (p.Extent("in_c"), p.Extent(op == PairOperator.Pointwise ? "pixels" : "batches"));
            return Of((long)rows * channels, (long)rows * outputs, channels, null, (op == PairOperator.Pointwise ? BlockPixels : 1) * StepBytes(p));
        }
        var (height, width, depth) = (p.Extent("in_h"), p.Extent("in_w"), p.Extent("in_c"));
        var (outHeight, outWidth) = (p.Extent("out_h"), p.Extent("out_w"));
        var pads = Pads(height, outHeight, p.Extent("kernel_h"), p.Extent("stride_h"), p.Integer("pad_top", 0, ParameterSet.Limit))
            | Pads(width, outWidth, p.Extent("kernel_w"), p.Extent("stride_w"), p.Integer("pad_left", 0, ParameterSet.Limit));
        // The kernel writes the code as a byte and extends its sign.
        return Of((long)height * width * depth, (long)outHeight * outWidth * outputs, depth, pads ? (sbyte)p.Integer("in_zero_point") : null,
            // Where padding is read, a row of it and a copy of a kernel row for each pixel.
            (BlockPixels * StepBytes(p)) + (pads ? (1 + BlockPixels) * (((long)p.Extent("kernel_w") * depth) + 3) / 4 * 4 : 0));

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
        var channels = p.Extent("in_c");
        var (runs, length) = op == PairOperator.Convolution ? (p.Extent("kernel_h"), (long)p.Extent("kernel_w") * channels) : (1, channels);
        var taps = runs * length;
        var outputs = p.Extent("filter.out_c");
        var steps = Math.Max(2, (taps + 3) / 4);
        if (p.Integer("filter.steps") != steps)
            throw CheckFailure.Words($"filter.steps = {p.Integer("filter.steps")}, the {taps} taps take {steps}");
        var pairs = (outputs + 1) / 2;
        var weights = p.Array("filter.weights", pairs * 2L * steps);
        var table = p.Array("filter.channels", (long)pairs * ChannelWords);
        var proof = new LayerProof(kind.Packing, (int)taps, true) { Outputs = Sums(outputs), Words = { weights, table } };
        proof.Rescaling = new PairRescaling(kind, p, "filter.", c => (
            table.Values[(c / 2 * ChannelWords) + 2 + (c % 2)],
            c % 2 == 0 ? table.Values[(c / 2 * ChannelWords) + 4] & 0xFF : table.Values[(c / 2 * ChannelWords) + 4] >> 8));
        var fields = Enumerable.Range(0, 2 * pairs).Select(c => c % 2 == 0 ? new LaneField(c, 0, LowerBits) : new LaneField(c, UpperOffset, UpperBits));
        var chunk = new ChunkSums(0, 2 * pairs) { End = (int)taps };
        proof.Tiles.Add(new TileSums([.. fields.Take(outputs)], [chunk]));
        for (var pair = 0; pair < pairs; pair++)
        {
            Starts(table, pair, outputs, chunk);
            for (var i = 0; i < 4 * steps; i++)
            {
                var half = (int)(short)(weights.Values[(pair * 2L * steps) + (i / 2)] >> (16 * (i % 2)));
                var a = Signed(half, UpperOffset);
                Product(2 * pair, i, a);
                Product((2 * pair) + 1, i, (half - a) >> UpperOffset);
            }
        }
        for (var c = 0; c < outputs; c++)
            proof.Outputs[c].Constant = chunk.Start[c];
        return proof;

        void Product(int output, int position, int weight)
        {
            if (output >= outputs || Tap(position, runs, length) is not { } tap)
            {
                RequireZero(weight, $"{weights.Name}: the weight of output {output} at position {position}, which fills up the stream,");
                return;
            }
            var activation = activations[(int)(tap % channels)];
            chunk.Add(output, weight, activation);
            proof.Outputs[output].Add(weight, activation);
        }
    }

    /// <summary>Scratch for the taps of one pixel.</summary>
    private long StepBytes(ParameterSet p) => 4L * kind.TapBytes * p.Integer("filter.steps", 2, ParameterSet.Limit);

    /// <summary>True if some window of a convolution reaches beyond the input.</summary>
    internal static bool Pads(int input, int output, int kernel, int stride, int before) =>
        before > 0 || ((long)(output - 1) * stride) + kernel - before > input;

    /// <summary>
    /// Tap at a position of the stream: of every run whole groups of four as 0, 2, 1, 3, then what is left of every run; null for filling.
    /// </summary>
    private static long? Tap(int position, int runs, long length)
    {
        var whole = length / 4 * 4;
        if (position < runs * whole)
        {
            var (run, at) = Math.DivRem(position, whole);
            return (run * length) + (at / 4 * 4) + ((at % 4) switch { 1 => 2, 2 => 1, var same => same });
        }
        var rest = position - (runs * whole);
        var left = length - whole;
        return rest < runs * left ? (rest / left * length) + whole + (rest % left) : null;
    }

    /// <summary>Start values: the sums begin at the biases, the joint one at a + 256 b.</summary>
    private static void Starts(ConstantArray table, int pair, int outputs, ChunkSums chunk)
    {
        var words = table.Values.AsSpan(pair * ChannelWords, ChannelWords);
        chunk.Start[2 * pair] = words[0];
        var difference = (int)(words[1] - words[0]);
        if (difference % 256 != 0)
            throw CheckFailure.Words($"{table.Name}: the joint start of pair {pair} differs from the lower one by {difference}, no multiple of 256");
        if ((2 * pair) + 1 < outputs)
            chunk.Start[(2 * pair) + 1] = difference / 256;
        else
            RequireZero(Math.Abs((long)difference) + Math.Abs(words[3]) + (words[4] >> 8), $"{table.Name}: a constant of the missing output {(2 * pair) + 1}");
        if (words[4] is < 0 or > 0xFFFF)
            throw CheckFailure.Words($"{table.Name}: the shifts of pair {pair} are {words[4]:X}, not two bytes");
    }
}
