using Brim.Check.Proofs;
using Brim.Check.Source;

namespace Brim.Check.Kernels;

/// <summary>brim_lanes_depthwise3x3_dual16: one channel's weights times two pixels in lanes of 16 bits (lanes_depthwise3x3_dual16.h).</summary>
internal sealed class DepthwiseDual16Kernel : LaneKernel
{
    private const int Taps = 9;
    private const int LaneBits = 16;

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
        var channels = p.Extent("channels");
        var codeBits = p.Integer("code_bits", 4, 8);
        if (codeBits is not (4 or 8))
            throw CheckFailure.Words($"code_bits = {codeBits}, not 4 or 8");
        var greatest = p.Integer("greatest", 0, 255);
        var words = p.Array("weights", ((channels * (codeBits == 8 ? 9L : 5L)) + 3) / 4);
        var proof = new LayerProof("dual16-pixels", Taps, false) { Outputs = Sums(channels), Words = { words } };
        RequireActivations(proof, activations, greatest);
        if (activations.All.High != greatest)
            throw CheckFailure.Words($"greatest = {greatest}, activations reach {activations.All.High}");
        var bytes = new ByteCursor(words);
        var starts = new long[channels];
        var weights = new int[Taps];
        for (var c = 0; c < channels; c++)
        {
            Weights(bytes, codeBits, weights);
            starts[c] = Channel(c, weights, greatest, activations, proof);
        }
        bytes.EndArray();
        LaneChannels.Read(p, proof, starts);
        LaneChannels.CheckBiases(p, proof, starts);
        return proof;
    }

    private static void Weights(ByteCursor bytes, int codeBits, int[] weights)
    {
        for (var k = 0; k < Taps; k++)
        {
            if (codeBits == 8)
            {
                weights[k] = (sbyte)bytes.Next();
                continue;
            }
            var pair = bytes.Next();
            weights[k] = (pair & 0xF) - 8;
            if (++k < Taps)
                weights[k] = (pair >> 4) - 8;
            else
                RequireZero(pair >> 4, $"{bytes.Name}, byte {bytes.Position - 1}: what stands above a channel's last code");
        }
    }

    /// <summary>Adds a channel's weights to its whole sum and to the one chunk of its two lanes; returns the start that the kernel computes of them.</summary>
    private static long Channel(int channel, int[] weights, int greatest, Activations activations, LayerProof proof)
    {
        var chunk = new ChunkSums(0, 2) { End = Taps };
        var start = 0L;
        foreach (var weight in weights)
        {
            start += weight < 0 ? -(long)weight * greatest : 0;
            for (var lane = 0; lane < 2; lane++)
                chunk.Add(lane, weight, activations[channel]);
            proof.Outputs[channel].Add(weight, activations[channel]);
        }
        chunk.Start[0] = chunk.Start[1] = start;
        proof.Tiles.Add(new TileSums([new LaneField(channel, 0, LaneBits), new LaneField(channel, LaneBits, LaneBits)], [chunk]));
        return start;
    }

    /// <summary>Walks along the bytes of an array of words, the lowest of a word first.</summary>
    private sealed class ByteCursor(ConstantArray array)
    {
        public int Position { get; private set; }

        public string Name => array.Name;

        public byte Next()
        {
            var value = (byte)((uint)array.Values[Position / 4] >> (8 * (Position % 4)));
            Position++;
            return value;
        }

        /// <summary>Fails unless what is left fills up a word with zeros.</summary>
        public void EndArray()
        {
            while (Position < 4 * array.Values.Length)
                RequireZero(Next(), $"{Name}, byte {Position - 1}, which follows the weights,");
        }
    }
}
