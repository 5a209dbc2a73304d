using System.Collections.Immutable;
using Brim.Compile.Targets;

namespace Brim.Emulation;

/// <summary>What a layer takes per inference, all functions it calls included.</summary>
/// <param name="Index">Index of the layer; -1 for the run function itself.</param>
/// <param name="Name">Display name.</param>
/// <param name="Instructions">Instructions executed (mean over the inferences, rounded).</param>
/// <param name="Cycles">Modelled cycles (mean, rounded).</param>
/// <param name="CyclesLowerBound">Cycles that no schedule can go below; equal to <paramref name="Cycles"/> on cores that issue one instruction a cycle.</param>
public sealed record LayerMeasurement(int Index, string Name, long Instructions, long Cycles, long CyclesLowerBound)
{
    /// <summary>
    /// How often the layer pays the cost of each class (mean, rounded): times the target's costs they are <see cref="Cycles"/>.
    /// <see cref="InstructionClass.MultiplePerRegister"/> and <see cref="InstructionClass.LoadPcExtra"/> are parts of an instruction, all
    /// others count instructions.
    /// </summary>
    public ImmutableSortedDictionary<InstructionClass, long> Classes { get; init; } = ImmutableSortedDictionary<InstructionClass, long>.Empty;

    /// <summary>The functions that did the layer's work, by cycles, most first.</summary>
    public ImmutableArray<FunctionMeasurement> Functions { get; init; } = [];
}
