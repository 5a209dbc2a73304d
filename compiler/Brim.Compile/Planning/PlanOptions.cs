namespace Brim.Compile.Planning;

/// <summary>Choices of the memory plan.</summary>
/// <param name="InterfaceInArena">
/// True: graph inputs and outputs have a place in the arena, which other values use before and after. The caller fills and reads them there, or passes
/// buffers of its own. False: they are always the caller's own buffers, and the arena is without them.
/// </param>
/// <param name="Alignment">Alignment of every buffer in bytes, a power of two; kernels read words.</param>
/// <param name="KeepOrder">True: steps run in the order of the model file.</param>
/// <param name="AllowOverlap">False: live buffers are always disjoint (to look for a fault in a kernel's lead).</param>
public sealed record PlanOptions(bool InterfaceInArena = true, int Alignment = 4, bool KeepOrder = false, bool AllowOverlap = true)
{
    /// <summary>Limits of the searches.</summary>
    public PlanningEffort Effort { get; init; } = PlanningEffort.Default;
}
