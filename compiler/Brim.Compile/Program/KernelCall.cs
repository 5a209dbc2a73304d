using System.Collections.Immutable;
using Brim.Compile.Accumulators;

namespace Brim.Compile.Program;

/// <summary>How one node is computed: a kernel, its arguments, and what it asks of the memory planner.</summary>
/// <param name="Kernel">The implementation.</param>
/// <param name="Arguments">Arguments in the C function's order.</param>
/// <param name="ScratchBytes">Bytes of scratch the call needs, 4-byte aligned, free again when it returns.</param>
/// <param name="InPlaceInput">
/// Index of the node operand that the first result may overlap in memory, or -1. The planner uses it only where the operand dies at
/// this call. How they may overlap is said by <see cref="LeadBytes"/>.
/// </param>
public sealed record KernelCall(
    Kernel Kernel,
    ImmutableArray<KernelArgument> Arguments,
    int ScratchBytes = 0,
    int InPlaceInput = -1)
{
    /// <summary>
    /// How far ahead of the operand the result must start where they overlap: the kernel computes the right bits if the result's
    /// first byte lies at least this many bytes (at least 0) before the operand's first byte. 0: the same address will do
    /// (elementwise kernels). A kernel that writes each output row only after it has read the input rows before it for the last time
    /// gives the greatest amount by which its writes run ahead of its reads, so that a convolution needs little more than the larger
    /// of its two tensors instead of their sum.
    /// </summary>
    public int LeadBytes { get; init; }

    /// <summary>Further operands that the first result may overlap, each at the same <see cref="LeadBytes"/> (the second operand of an addition).</summary>
    public ImmutableArray<int> FurtherInPlaceInputs { get; init; } = [];

    /// <summary>
    /// How often the kernel's loop levels run in this call, by the level's name ("call", "row", "block", "tile", "chunk", "step", "store"):
    /// what a cost model multiplies with the kernel's instructions per level. Empty where nobody has counted them.
    /// </summary>
    public ImmutableArray<(string Level, long Count)> Work { get; init; } = [];

    /// <summary>What was proven of the call's accumulators; null for kernels that accumulate nothing.</summary>
    public AccumulatorProof? Lanes { get; init; }

    /// <summary>How a kernel that sums up without lanes keeps its sums; of no meaning for others.</summary>
    public SumLayout SumLayout { get; init; } = SumLayout.Wide32;

    /// <summary>
    /// True if the call only copies operand <see cref="InPlaceInput"/> to the first result, byte for byte. The planner then lets both be one
    /// buffer and leaves the call out, unless that would make one buffer of two that the caller owns.
    /// </summary>
    public bool IsCopy { get; init; }
}
