using Brim.Check.Flow;
using Brim.Check.Proofs;
using Brim.Check.Source;

namespace Brim.Check.Kernels;

/// <summary>What the readers of lane kernels share: byte tensors, offsets modulo 256, headers of segments.</summary>
internal abstract class LaneKernel : KernelReader
{
    /// <summary>Header flag: the lanes are added to the sums and restarted.</summary>
    protected const uint Spill = 0x8000_0000;

    /// <summary>Header flag: nothing was added to the sums before.</summary>
    protected const uint First = 0x4000_0000;

    /// <summary>Shape of a lane kernel over byte tensors.</summary>
    protected static LayerShape Bytes(LayerCall call, long inputs, long outputs, int channels, bool pads, long scratchWords)
    {
        var p = call.Required;
        return new LayerShape(
            new Access(call.Memory(1), inputs, ElementFormat.U8),
            new Access(call.Memory(2), outputs, ElementFormat.U8),
            new CodeSpan(p.Integer("output.low"), p.Integer("output.high")))
        {
            Offset = p.Integer("input_offset", -255, 255),
            OffsetWraps = true,
            Padding = pads ? p.Integer("padding", 0, 255) : null,
            Channels = channels,
            ScratchBytes = 4 * scratchWords,
        };
    }

    /// <summary>True if some window of a convolution reaches beyond the input.</summary>
    protected static bool Pads(int input, int output, int kernel, int stride, int before) =>
        before > 0 || ((long)(output - 1) * stride) + kernel - before > input;

    /// <summary>Fails where a kernel that packs several activations into a word is given one too large for its field.</summary>
    protected static void RequireActivations(LayerProof proof, Activations activations, long limit)
    {
        var (low, high) = activations.All;
        if (low < 0 || high > limit)
            proof.Report(CheckDiagnostics.OperandOverflow, $"activations of {low}..{high} do not fit their field of 0..{limit}");
    }

    /// <summary>Splits a word of lane starts into the fields, lowest first.</summary>
    protected static void Starts(ChunkSums chunk, int firstLane, ulong word, ReadOnlySpan<int> offsets, ReadOnlySpan<int> bits)
    {
        for (var i = 0; i < offsets.Length; i++)
            chunk.Start[firstLane + i] = (long)(word >> offsets[i] & ((1ul << bits[i]) - 1));
    }
}
