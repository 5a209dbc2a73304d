using System.Collections.Immutable;

namespace Brim.Emulation;

/// <summary>Instructions and modelled cycles of a counted run.</summary>
/// <param name="PerInference">Every inference.</param>
/// <param name="Layers">The run function itself (index -1), then every layer in execution order; means per inference.</param>
/// <param name="Functions">Every function executed, by cycles, most first; means per inference.</param>
public sealed record ExecutionCounts(
    ImmutableArray<InferenceCount> PerInference, ImmutableArray<LayerMeasurement> Layers, ImmutableArray<FunctionMeasurement> Functions)
{
    /// <summary>Instructions of one inference (mean, rounded).</summary>
    public long Instructions => Mean(PerInference.Sum(i => i.Instructions), PerInference.Length);

    /// <summary>Modelled cycles of one inference (mean, rounded); an upper bound on cores that issue several instructions a cycle.</summary>
    public long Cycles => Mean(PerInference.Sum(i => i.Cycles), PerInference.Length);

    /// <summary>Cycles of one inference that no schedule can go below; equal to <see cref="Cycles"/> on cores that issue one instruction a cycle.</summary>
    public long CyclesLowerBound => Layers.Sum(l => l.CyclesLowerBound);

    /// <summary>True if every inference took the same instructions and cycles: no branch depends on the data.</summary>
    public bool IsConstantTime => PerInference.Distinct().Count() <= 1;

    internal static long Mean(long sum, long count) => count == 0 ? 0 : (sum + (count / 2)) / count;
}
