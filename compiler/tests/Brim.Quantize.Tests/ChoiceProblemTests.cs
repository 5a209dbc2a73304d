using Brim.Quantize.Search;

namespace Brim.Quantize.Tests;

public class ChoiceProblemTests
{
    [Fact]
    public void Solutions_AreTheBestOfAll_ForEveryBudget()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            // Whole numbers make ties, and sums that a budget meets exactly.
            var whole = seed % 2 == 0;
            var units = Enumerable.Range(0, 1 + (seed % 6)).Select(_ => Enumerable.Range(0, random.Next(1, 6))
                .Select(i => new Choice<int>(Number(random, whole), Number(random, whole) - 4, i)).ToArray()).ToArray();
            var problem = new ChoiceProblem<int>(units);
            var all = All(units).ToArray();
            Assert.Equal(all.Min(s => s.Cost), problem.LeastCost, 9);
            foreach (var budget in Enumerable.Range(0, 30).Select(_ => all[random.Next(all.Length)].Cost).Append(problem.LeastCost - 0.5).Append(problem.MostCost * 2))
            {
                var feasible = all.Where(s => s.Cost <= budget + 1e-9).ToArray();
                var solution = problem.Solve(budget);
                Assert.Equal(feasible.Length > 0, solution is not null);
                if (solution is not { } chosen)
                    continue;
                Assert.Equal(units.Length, chosen.Length);
                Assert.All(chosen.Zip(units), pair => Assert.Contains(pair.First, pair.Second));
                Assert.True(chosen.Sum(c => c.Cost) <= budget + 1e-9);
                Assert.Equal(feasible.Min(s => s.Error), chosen.Sum(c => c.Error), 9);
            }
        }
    }

    [Fact]
    public void LargeProblems_AreSolvedAtOnce_AndNoCheaperBudgetAllowsLess()
    {
        // Costs and errors as of layers: errors fall by four a bit.
        var random = new Random(7);
        var units = Enumerable.Range(0, 60).Select(_ =>
        {
            var (size, weight) = (Math.Exp(random.NextDouble() * 5), Math.Exp(random.NextDouble() * 4));
            return Enumerable.Range(2, 7).SelectMany(w => Enumerable.Range(3, 6).Select(a =>
                new Choice<int>(size * (w + a + random.NextDouble()), weight * (Math.Pow(4, -w) + Math.Pow(4, -a)), (10 * w) + a)));
        });
        var problem = new ChoiceProblem<int>(units);
        var previous = double.PositiveInfinity;
        for (var i = 1; i <= 6; i++)
        {
            var budget = problem.LeastCost + (i / 6.0 * (problem.MostCost - problem.LeastCost));
            var error = problem.Solve(budget)!.Value.Sum(c => c.Error);
            Assert.True(error < previous);
            previous = error;
        }
    }

    [Fact]
    public void Nonsense_IsRejected()
    {
        Assert.Throws<ArgumentException>(() => new ChoiceProblem<int>([[]]));
        Assert.Throws<ArgumentException>(() => new ChoiceProblem<int>([[new(-1, 0, 0)]]));
        Assert.Throws<ArgumentException>(() => new ChoiceProblem<int>([[new(1, double.NaN, 0)]]));
    }

    private static double Number(Random random, bool whole) => whole ? random.Next(9) : random.NextDouble() * 9;

    private static IEnumerable<(double Cost, double Error)> All(Choice<int>[][] units)
    {
        IEnumerable<(double Cost, double Error)> sums = [(0, 0)];
        foreach (var unit in units)
            sums = sums.SelectMany(s => unit.Select(c => (s.Cost + c.Cost, s.Error + c.Error)));
        return sums;
    }
}
