using System.Collections.Immutable;

namespace Brim.Compile.Program;

/// <summary>How one node is computed: a kernel, its arguments, and what it asks of the memory planner.</summary>
/// <param name="Kernel">The implementation.</param>
/// <param name="Arguments">Arguments in the C function's order.</param>
/// <param name="ScratchBytes">Bytes of scratch the call needs, 4-byte aligned, free again when it returns.</param>
/// <param name="InPlaceInput">
/// Index of the node operand whose memory the first result may start at (the kernel never reads a byte after it has overwritten
/// it), or -1. The planner uses it only where the operand dies at this call.
/// </param>
public sealed record KernelCall(
    Kernel Kernel,
    ImmutableArray<KernelArgument> Arguments,
    int ScratchBytes = 0,
    int InPlaceInput = -1)
{
    /// <summary>
    /// Sharper form of <see cref="InPlaceInput"/>: the first result may start up to this many bytes before the operand's start and
    /// overlap it (a kernel that writes each output row behind the rows it still reads). 0: exactly at the operand's start.
    /// </summary>
    public int OverlapBytes { get; init; }
}
