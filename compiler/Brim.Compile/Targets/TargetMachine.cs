using System.Collections.Immutable;

namespace Brim.Compile.Targets;

/// <summary>A processor to compile for, as described by a target file.</summary>
/// <param name="Name">Name given to <c>--target</c>.</param>
/// <param name="Features">Instruction-set features that kernel rules ask for, e.g. <c>dsp</c>, <c>mve</c>.</param>
public sealed record TargetMachine(string Name, ImmutableSortedSet<string> Features)
{
    /// <summary>True if the core has a feature.</summary>
    public bool Has(string feature) => Features.Contains(feature);
}
