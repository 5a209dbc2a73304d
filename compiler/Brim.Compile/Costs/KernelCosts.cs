using System.Collections.Immutable;
using Brim.Compile.Targets;

namespace Brim.Compile.Costs;

/// <summary>What one kernel function executes at each of its loop levels, in the code of one instruction set.</summary>
/// <param name="Levels">By level, how often one run of it pays the cost of each instruction class; a mean, so not always whole.</param>
/// <param name="Samples">Layers that the numbers were fitted to.</param>
/// <param name="WorstError">Greatest relative error in modelled cycles over those layers, on the core that they were measured on.</param>
public sealed record KernelCosts(
    ImmutableSortedDictionary<string, ImmutableSortedDictionary<InstructionClass, double>> Levels, int Samples, double WorstError)
{
    /// <summary>Times that each class is paid in all; null if some level is not known, for then the sum would be too small.</summary>
    /// <param name="work">Loop counts of a call.</param>
    public ImmutableSortedDictionary<InstructionClass, double>? Classes(ImmutableArray<(string Level, long Count)> work)
    {
        var total = ImmutableSortedDictionary.CreateBuilder<InstructionClass, double>();
        foreach (var (level, count) in work.Where(w => w.Count != 0))
        {
            if (!Levels.TryGetValue(level, out var classes))
                return null;
            foreach (var (kind, times) in classes)
                total[kind] = total.GetValueOrDefault(kind) + (count * times);
        }
        return total.ToImmutable();
    }
}
