using Brim.Check.Proofs;
using Brim.Check.Source;

namespace Brim.Check.Kernels;

/// <summary>brim_lanes_conv_dual16: two channels in lanes of 16 bits (lanes_dual16_tile.h, lanes_conv_dual16.h).</summary>
internal sealed class Dual16Kernel : LaneKernel
{
    private const int Channels = 8;
    private const int Accumulators = 4;
    private const int LaneBits = 16;

    /// <summary>Steps whose weights the kernel expands at a time.</summary>
    private const int Pass = 192;

    private static readonly int[] Offsets = [0, LaneBits];
    private static readonly int[] Widths = [LaneBits, LaneBits];

    /// <inheritdoc/>
    public override LayerShape Shape(LayerCall call)
    {
        var p = call.Required;
        var (height, width, channels) = (p.Extent("input_height"), p.Extent("input_width"), p.Extent("channels"));
        var (rows, columns, outputs) = (p.Extent("output_height"), p.Extent("output_width"), p.Extent("outputs"));
        var (kernelHeight, kernelWidth) = (p.Extent("kernel_height"), p.Extent("kernel_width"));
        var (strideY, strideX) = (p.Extent("stride_y"), p.Extent("stride_x"));
        var pads = Pads(height, rows, kernelHeight, strideY, p.Integer("pad_top", 0, ParameterSet.Limit))
            | Pads(width, columns, kernelWidth, strideX, p.Integer("pad_left", 0, ParameterSet.Limit));
        long stripRows = p.Extent("strip_rows");
        var strip = checked(((((stripRows - 1) * strideY) + kernelHeight) * (((columns - 1L) * strideX) + kernelWidth) * channels) + 3) / 4;
        var taps = (long)kernelHeight * kernelWidth * channels;
        var state = stripRows * columns * (p.Integer("spills", 0, 1) == 1 ? 3 * Accumulators : Accumulators);
        return Bytes(call, (long)height * width * channels, (long)rows * columns * outputs, channels, pads,
            state + (Math.Min(taps, Pass) * Accumulators) + 2 + (3 * (kernelHeight + 1L)) + strip);
    }

    /// <inheritdoc/>
    public override LayerProof Read(LayerCall call, Activations activations)
    {
        var p = call.Required;
        var (channels, outputs) = (p.Extent("channels"), p.Extent("outputs"));
        var taps = checked(p.Extent("kernel_height") * p.Extent("kernel_width") * channels);
        var stream = p.Array("stream");
        if ((long)outputs * taps > 8L * stream.Values.Length)
            throw CheckFailure.Words($"'{stream.Name}' has {stream.Values.Length} words, too few for {outputs} outputs of {taps} taps");
        var proof = new LayerProof("dual16", taps, false) { Outputs = Sums(outputs), Words = { stream } };
        RequireActivations(proof, activations, 255);
        var codeBits = p.Integer("code_bits", 4, 5);
        var starts = new long[outputs];
        var cursor = new WordCursor(stream);
        for (var first = 0; first < outputs; first += Channels)
            Tile(cursor, first, codeBits, channels, activations, proof, starts);
        cursor.EndArray();
        // Without spilling, the lanes of a tile's last chunk are taken for its sums.
        var spills = proof.Tiles.Any(t => t.Chunks.Count > 1);
        if (spills != (p.Integer("spills") == 1))
            throw CheckFailure.Words($"spills = {p.Integer("spills")}, the longest tile has {proof.Tiles.Max(t => t.Chunks.Count)} chunks");
        LaneChannels.Read(p, proof, starts);
        if (!spills)
            LaneChannels.CheckBiases(p, proof, starts);
        return proof;
    }

    private static void Tile(WordCursor cursor, int first, int codeBits, int channels, Activations activations, LayerProof proof, long[] starts)
    {
        var tile = new TileSums([.. Enumerable.Range(0, Channels).Select(i => new LaneField(first + i, Offsets[i % 2], LaneBits))], []);
        cursor.BeginTile();
        for (var step = 0; step < proof.Taps;)
        {
            var steps = cursor.Next();
            if (steps < 1 || steps > proof.Taps - step)
                throw CheckFailure.Words($"{cursor.Name}[{cursor.Position - 1}]: a chunk of {steps} steps at step {step} of {proof.Taps}");
            var chunk = new ChunkSums(step, Channels) { End = step + (int)steps };
            for (var i = 0; i < Channels; i += 2)
                Starts(chunk, i, cursor.Next(), Offsets, Widths);
            for (var i = 0; i < Channels; i++)
            {
                if (first + i < starts.Length)
                    starts[first + i] += chunk.Start[i];
                else
                    RequireZero(chunk.Start[i], $"the start of the missing output {first + i}");
            }
            Weights(cursor, first, codeBits, channels, activations, chunk, proof);
            tile.Chunks.Add(chunk);
            step = chunk.End;
        }
        cursor.EndTile();
        proof.Tiles.Add(tile);
    }

    private static void Weights(WordCursor cursor, int first, int codeBits, int channels, Activations activations, ChunkSums chunk, LayerProof proof)
    {
        var fields = LaneBits / codeBits;
        var mask = (1u << codeBits) - 1;
        var word = 0u;
        for (var n = 0; n < (chunk.End - chunk.Begin) * Accumulators; n++)
        {
            if (n % fields == 0)
            {
                RequireZero(word, $"{cursor.Name}[{cursor.Position - 1}]: what stands beside the codes");
                word = cursor.Next();
            }
            for (var half = 0; half < 2; half++)
            {
                var place = (n % fields * codeBits) + Offsets[half];
                var weight = (int)(word >> place & mask) - (1 << (codeBits - 1));
                word &= ~(mask << place);
                var (lane, tap) = ((2 * (n % Accumulators)) + half, chunk.Begin + (n / Accumulators));
                if (first + lane >= proof.Outputs.Length)
                {
                    RequireZero(weight, $"{cursor.Name}[{cursor.Position - 1}]: a weight of the missing output {first + lane}");
                    continue;
                }
                var activation = activations[tap % channels];
                chunk.Add(lane, weight, activation);
                proof.Outputs[first + lane].Add(weight, activation);
            }
        }
        RequireZero(word, $"{cursor.Name}[{cursor.Position - 1}]: what stands beside the codes");
    }
}
