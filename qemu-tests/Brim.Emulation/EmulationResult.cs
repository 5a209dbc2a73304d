using System.Collections.Immutable;

namespace Brim.Emulation;

/// <summary>Outputs and measurements of a run in the emulator.</summary>
/// <param name="Outputs">Outputs of all inferences, one after the other without padding.</param>
/// <param name="Inferences">Number of inferences.</param>
/// <param name="StackBytes">
/// Deepest stack of an inference below the caller's frame. Exact, from the stack pointer's changes, where <paramref name="IsStackExact"/>; else the
/// deepest word written.
/// </param>
/// <param name="IsStackExact">False without counting, and where the code sets the stack pointer in a way that its encoding does not tell.</param>
/// <param name="PaintedStackBytes">Deepest stack word that an inference wrote, below the harness's call; a check on <paramref name="StackBytes"/>.</param>
/// <param name="Sizes">What the library adds to a firmware.</param>
/// <param name="Counts">Instructions and cycles; null if the run was not counted.</param>
public sealed record EmulationResult(
    ImmutableArray<byte> Outputs,
    int Inferences,
    long StackBytes,
    bool IsStackExact,
    long PaintedStackBytes,
    FirmwareSizes Sizes,
    ExecutionCounts? Counts);
