using System.Collections.Immutable;
using Brim.Compile.Costs;
using Brim.Compile.Targets;
using Brim.Quantize.LinearAlgebra;

namespace Brim.Bench.Fitting;

/// <summary>
/// Fits what a kernel executes at each loop level: for every instruction class the non-negative numbers for which the sums over levels come closest to
/// what was counted. Residuals are taken relative to the call's size, so that a small layer is predicted as well as a large one.
/// </summary>
internal static class CostFitter
{
    /// <summary>Fits one kernel function.</summary>
    /// <param name="samples">Its measured calls, at least one, with loop counts.</param>
    /// <param name="costs">Costs of the core that was measured.</param>
    public static KernelCosts Fit(IReadOnlyList<Sample> samples, InstructionCosts costs)
    {
        string[] levels = [.. samples.SelectMany(s => s.Call.Work.Where(w => w.Count != 0).Select(w => w.Level)).Distinct().Order(StringComparer.Ordinal)];
        var work = new Matrix(samples.Count, levels.Length);
        for (var i = 0; i < samples.Count; i++)
        {
            for (var j = 0; j < levels.Length; j++)
                work[i, j] = (double)samples[i].Count(levels[j]) / samples[i].Cycles;
        }
        var fitted = levels.ToDictionary(l => l, _ => ImmutableSortedDictionary.CreateBuilder<InstructionClass, double>());
        foreach (var kind in samples.SelectMany(s => s.Classes.Keys).Distinct().Order())
        {
            double[] counted = [.. samples.Select(s => (double)s.Classes.GetValueOrDefault(kind) / s.Cycles)];
            var times = NonNegativeLeastSquares.Solve(work, counted);
            for (var j = 0; j < levels.Length; j++)
                fitted[levels[j]][kind] = times[j];
        }
        var kernel = new KernelCosts(
            fitted.ToImmutableSortedDictionary(f => f.Key, f => f.Value.ToImmutable(), StringComparer.Ordinal), samples.Count, 0);
        return kernel with { WorstError = samples.Max(s => Math.Abs(Error(kernel, s, costs))) };
    }

    /// <summary>Relative error of a prediction.</summary>
    public static double Error(KernelCosts kernel, Sample sample, InstructionCosts costs) =>
        (kernel.Classes(sample.Call.Work)!.Sum(c => c.Value * costs[c.Key]) / sample.Cycles) - 1;
}
