using Brim.Check.Proofs;
using Brim.Check.Source;

namespace Brim.Check.Kernels;

/// <summary>Reads the data of one family of accumulating kernels, by the format that the kernels' headers document.</summary>
internal abstract class KernelReader
{
    /// <summary>Tensors, offsets and clamps of a call.</summary>
    public abstract LayerShape Shape(LayerCall call);

    /// <summary>Weights, chunks, start values and constants of a call, and the ranges that follow from bounds of the activations.</summary>
    public abstract LayerProof Read(LayerCall call, Activations activations);

    /// <summary>Sign-extends the low bits.</summary>
    protected static int Signed(long value, int bits) => (int)(value << (64 - bits) >> (64 - bits));

    /// <summary>Empty sums.</summary>
    protected static OutputSum[] Sums(int outputs) => [.. Enumerable.Range(0, outputs).Select(_ => new OutputSum())];

    /// <summary>Fails unless words that stand for no weight are zero.</summary>
    protected static void RequireZero(long weight, string what)
    {
        if (weight != 0)
            throw CheckFailure.Words($"{what} is {weight}, not 0");
    }
}
