using System.Collections.Immutable;

namespace Brim.Emulation;

/// <summary>
/// A generated library to be built into an image. Contract: one function <c>RunFunction(const T *in..., T *out..., void *arena)</c>, declared in
/// <c>HeaderFile</c>; each layer in a function of its own named <c>brim_MODEL_lNN_OPERATOR</c>, not inlined, called by the run function in order.
/// </summary>
/// <param name="Model">Model name, a C identifier: functions are named <c>brim_MODEL_...</c>.</param>
/// <param name="HeaderFile">Public header, as included.</param>
/// <param name="IncludeFolders">Absolute paths of the include folders.</param>
/// <param name="Sources">Absolute paths of C sources, and of object files that are linked as they are.</param>
/// <param name="Inputs">Inputs in the run function's order.</param>
/// <param name="Outputs">Outputs in the run function's order.</param>
/// <param name="ArenaBytes">Size of the arena.</param>
/// <param name="LayerNames">Display name of every layer, in execution order; layer k is the function <c>brim_MODEL_l&lt;k&gt;_...</c>.</param>
public sealed record FirmwareSources(
    string Model,
    string HeaderFile,
    ImmutableArray<string> IncludeFolders,
    ImmutableArray<string> Sources,
    ImmutableArray<TensorBuffer> Inputs,
    ImmutableArray<TensorBuffer> Outputs,
    int ArenaBytes,
    ImmutableArray<string> LayerNames)
{
    /// <summary>The function that runs one inference.</summary>
    public string RunFunction => $"brim_{Model}_run";

    /// <summary>Bytes of all inputs of one inference.</summary>
    public int InputBytes => Inputs.Sum(i => i.Bytes);

    /// <summary>Bytes of all outputs of one inference.</summary>
    public int OutputBytes => Outputs.Sum(o => o.Bytes);
}
