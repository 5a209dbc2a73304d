using Brim.Check.Flow;
using Brim.Check.Proofs;
using Brim.Check.Source;

namespace Brim.Check.Kernels;

/// <summary>A kernel that only adds up: average pooling, mean, the exponentials of softmax. All results are alike, so one sum stands for them.</summary>
/// <param name="taps">Elements of a sum.</param>
/// <param name="bits">Width of the sum.</param>
/// <param name="constant">Start value.</param>
/// <param name="shape">Tensors.</param>
internal sealed class SumKernel(long taps, int bits, long constant, LayerShape shape) : KernelReader
{
    /// <summary>True if the sum is two's complement.</summary>
    public bool IsSigned { get; init; } = true;

    /// <inheritdoc/>
    public override LayerShape Shape(LayerCall call) => shape;

    /// <inheritdoc/>
    public override LayerProof Read(LayerCall call, Activations activations)
    {
        var (low, high) = activations.All;
        var chunk = new ChunkSums(0, 1) { End = (int)taps };
        chunk.Add(0, taps, (low, high));
        chunk.Start[0] = constant;
        var proof = new LayerProof(bits == 16 ? "dual16" : "wide32", (int)taps, IsSigned) { Outputs = Sums(1) };
        proof.Outputs[0].Add(taps, (low, high));
        proof.Outputs[0].Constant = constant;
        proof.Tiles.Add(new TileSums([new LaneField(0, 0, bits)], [chunk]));
        return proof;
    }
}
