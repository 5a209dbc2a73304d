using System.Collections.Immutable;
using Brim.Compile.Planning;

namespace Brim.Compile.Tests.Planning;

public class SchedulerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Small_graphs_get_the_least_peak_of_all_orders(int seed)
    {
        var random = new Random(seed);
        var improved = 0;
        for (var i = 0; i < 100; i++)
        {
            var problem = RandomProblem(random, random.Next(1, 8));
            var given = Enumerable.Range(0, problem.Steps.Length).ToImmutableArray();
            var schedule = Scheduler.Order(problem, 1000);
            var best = Orders(problem, []).Min(o => Peak(problem, o));
            Assert.True(schedule.IsOptimal);
            Assert.Equal(best, schedule.PeakBytes);
            Assert.Equal(best, Peak(problem, [.. schedule.Order]));
            Assert.Equal(Peak(problem, [.. given]), Scheduler.PeakBytes(problem, given));
            if (best < Peak(problem, [.. given]))
                improved++;
        }
        Assert.True(improved > 10);
    }

    [Fact]
    public void A_limit_gives_a_valid_order_that_is_not_worse_than_the_given_one()
    {
        var random = new Random(9);
        var truncated = 0;
        for (var i = 0; i < 20; i++)
        {
            var problem = RandomProblem(random, 40);
            var given = Enumerable.Range(0, 40).ToImmutableArray();
            var schedule = Scheduler.Order(problem, 3);
            truncated += schedule.IsOptimal ? 0 : 1;
            Assert.True(schedule.PeakBytes <= Scheduler.PeakBytes(problem, given));
            Assert.Equal(schedule.PeakBytes, Scheduler.PeakBytes(problem, schedule.Order));
            Assert.True(schedule.Order.SequenceEqual(Scheduler.Order(problem, 3).Order));
        }
        Assert.True(truncated > 10);
    }

    [Fact]
    public void An_order_that_reads_too_early_is_refused() =>
        Assert.Throws<ArgumentException>(() => Scheduler.PeakBytes(RandomProblem(new Random(1), 5), [4, 3, 2, 1, 0]));

    /// <summary>Every step reads one to two earlier buffers and writes one; some results may overwrite an operand.</summary>
    private static ScheduleProblem RandomProblem(Random random, int steps)
    {
        var bytes = Enumerable.Range(0, steps + 1).ToImmutableSortedDictionary(i => i, _ => (long)random.Next(1, 100));
        var all = Enumerable.Range(0, steps).Select(s =>
        {
            ImmutableArray<int> reads = [.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => Math.Max(random.Next(0, s + 1), random.Next(0, s + 1))).Distinct()];
            ImmutableArray<BufferOverlap> overlaps = random.Next(2) == 0 ? [] : [new BufferOverlap(s + 1, reads[0], random.Next(0, 40))];
            return new ScheduleStep(reads, [s + 1], random.Next(3) == 0 ? random.Next(0, 50) : 0, overlaps);
        });
        return new ScheduleProblem([.. all], bytes, [0], [steps]);
    }

    private static IEnumerable<List<int>> Orders(ScheduleProblem problem, List<int> begun)
    {
        if (begun.Count == problem.Steps.Length)
            yield return begun;
        for (var s = 0; s < problem.Steps.Length; s++)
        {
            if (begun.Contains(s) || !problem.Steps[s].Reads.All(r => r == 0 || begun.Contains(r - 1)))
                continue;
            foreach (var order in Orders(problem, [.. begun, s]))
                yield return order;
        }
    }

    /// <summary>By definition: at each step all that was written and is still to be read; a pair that may overlap counts as its union.</summary>
    private static long Peak(ScheduleProblem problem, List<int> order)
    {
        long peak = problem.Bytes[0];
        for (var t = 0; t < order.Count; t++)
        {
            var step = problem.Steps[order[t]];
            bool ReadFrom(int buffer, int from) => problem.Outputs.Contains(buffer) || order.Skip(from).Any(s => problem.Steps[s].Reads.Contains(buffer));
            var live = problem.Bytes.Keys.Where(b => b == order[t] + 1 || ((b == 0 || order.Take(t).Contains(b - 1)) && ReadFrom(b, t))).ToHashSet();
            var total = live.Sum(b => problem.Bytes[b]) + step.ScratchBytes;
            foreach (var overlap in step.Overlaps.Where(o => !ReadFrom(o.Operand, t + 1)))
            {
                var (result, operand) = (problem.Bytes[overlap.Result], problem.Bytes[overlap.Operand]);
                total += Math.Min(0, Math.Max(result, operand + overlap.LeadBytes) - result - operand);
            }
            peak = Math.Max(peak, total);
        }
        return peak;
    }
}
