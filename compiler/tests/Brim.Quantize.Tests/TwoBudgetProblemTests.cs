using Brim.Quantize.Search;

namespace Brim.Quantize.Tests;

public class TwoBudgetProblemTests
{
    [Fact]
    public void Solutions_AreTheBestOfAll_ForEveryPairOfBudgets()
    {
        var (found, none) = (0, 0);
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            // Whole numbers make ties, and sums that a budget meets exactly.
            var whole = seed % 2 == 0;
            var units = Enumerable.Range(0, 1 + (seed % 5)).Select(_ => Enumerable.Range(0, random.Next(1, 7))
                .Select(i => new Choice<int>(Number(random, whole), Number(random, whole) - 4, i) { Other = Number(random, whole) }).ToArray()).ToArray();
            var problem = new TwoBudgetProblem<int>(units);
            var all = All(units).ToArray();
            for (var n = 0; n < 20; n++)
            {
                var (budget, other) = (all[random.Next(all.Length)].Cost + 0.001, all[random.Next(all.Length)].Other + 0.001);
                var feasible = all.Where(s => s.Cost <= budget && s.Other <= other).ToArray();
                var solution = problem.Solve(budget, other);
                Assert.Equal(feasible.Length > 0, solution is not null);
                if (solution is not { } chosen)
                {
                    none++;
                    continue;
                }
                found++;
                Assert.All(chosen.Zip(units), pair => Assert.Contains(pair.First, pair.Second));
                Assert.True(chosen.Sum(c => c.Cost) <= budget + 1e-9 && chosen.Sum(c => c.Other) <= other + 1e-9);
                Assert.Equal(feasible.Min(s => s.Error), chosen.Sum(c => c.Error), 9);
            }
        }
        Assert.True(found > 500 && none > 100, $"{found} solved, {none} without a solution");
    }

    [Fact]
    public void LargeProblems_AreSolvedWithinASecondOrSo()
    {
        // Costs and errors as of layers: errors fall by four a bit, flash grows with weights, cycles with both widths in steps.
        var random = new Random(8);
        var units = Enumerable.Range(0, 25).Select(_ =>
        {
            var (size, macs, weight) = (Math.Exp(random.NextDouble() * 4), Math.Exp(random.NextDouble() * 4), Math.Exp(random.NextDouble() * 4));
            return Enumerable.Range(2, 7).SelectMany(w => Enumerable.Range(3, 6).Select(a => new Choice<int>(size * w, weight * (Math.Pow(4, -w) + Math.Pow(4, -a)), (10 * w) + a)
            {
                Other = macs * (w > 4 || a > 6 ? 2 : 1 + (0.1 * a) + (0.01 * random.NextDouble())),
            })).ToArray();
        }).ToArray();
        var (flash, cycles) = (units.Sum(u => u.Average(c => c.Cost)), units.Sum(u => u.Average(c => c.Other)));
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var both = new TwoBudgetProblem<int>(units).Solve(flash, cycles)!.Value;
        Assert.True(watch.Elapsed.TotalSeconds < 20, $"{watch.Elapsed.TotalSeconds} s");
        // Either budget alone allows no more error.
        Assert.True(both.Sum(c => c.Error) >= new ChoiceProblem<int>(units).Solve(flash)!.Value.Sum(c => c.Error) - 1e-9);
        Assert.True(both.Sum(c => c.Other) <= cycles * (1 + 1e-9) && both.Sum(c => c.Cost) <= flash * (1 + 1e-9));
    }

    private static double Number(Random random, bool whole) => whole ? random.Next(0, 8) : random.NextDouble() * 8;

    private static IEnumerable<(double Cost, double Other, double Error)> All(Choice<int>[][] units) => units.Aggregate(
        (IEnumerable<(double Cost, double Other, double Error)>)[(0, 0, 0)], (sums, unit) => sums.SelectMany(s => unit.Select(c => (s.Cost + c.Cost, s.Other + c.Other, s.Error + c.Error))));
}
