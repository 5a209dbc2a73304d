using Brim.Check.Flow;
using Brim.Check.Source;

namespace Brim.Check.Kernels;

/// <summary>A read or a write of a tensor by a kernel.</summary>
internal readonly record struct Access(Argument At, long Elements, ElementFormat Format);

/// <summary>What an accumulating kernel multiplies and writes.</summary>
/// <param name="Input">Activations.</param>
/// <param name="Output">Results.</param>
/// <param name="Codes">Codes that results are clamped to.</param>
internal sealed record LayerShape(Access Input, Access Output, CodeSpan Codes)
{
    /// <summary>Added to a code to give the multiplied activation.</summary>
    public long Offset { get; init; }

    /// <summary>True if the addition is modulo 256.</summary>
    public bool OffsetWraps { get; init; }

    /// <summary>Multiplied activation of padding; null if the layer does not pad.</summary>
    public long? Padding { get; init; }

    /// <summary>Input channels that may have bounds of their own.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>What is summed up where that is not the input itself but follows from it and a table, within bounds of its own; else null.</summary>
    public CodeSpan? Terms { get; init; }

    /// <summary>Bytes that the kernel uses of its scratch, the fourth argument; 0 for kernels without.</summary>
    public long ScratchBytes { get; init; }

    /// <summary>Weights that another layer computes; null where they are constant.</summary>
    public Access? ComputedWeights { get; init; }
}
