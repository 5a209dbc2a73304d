using System.Collections.Immutable;

namespace Brim.Check.Source;

/// <summary>A tensor that the caller of the run function gives.</summary>
/// <param name="Name">Parameter name.</param>
/// <param name="Type">C element type.</param>
/// <param name="IsInput">True if the pointer is to constants.</param>
internal sealed record CallerTensor(string Name, string Type, bool IsInput);

/// <summary>What the emitted model source computes: the layers, in the order in which the run function calls them.</summary>
/// <param name="Arrays">Constant arrays of the data file.</param>
/// <param name="Layers">Calls in order of execution.</param>
/// <param name="Tensors">Parameters of the run function, without the arena.</param>
internal sealed record LibrarySource(
    IReadOnlyDictionary<string, ConstantArray> Arrays,
    ImmutableArray<LayerCall> Layers,
    ImmutableArray<CallerTensor> Tensors)
{
    /// <summary>Bytes of the arena, by the public header.</summary>
    public long ArenaBytes { get; init; } = long.MaxValue;

    /// <summary>Name of the arena among memories.</summary>
    public const string Arena = "arena";
}
