using System.Collections.Immutable;
using Brim.Compile.Planning;

namespace Brim.Compile.Tests.Planning;

public class MemoryPlannerTests
{
    [Fact]
    public void No_buffers_need_no_arena() => Assert.Equal(0, MemoryPlanner.Plan(new MemoryProblem([])).ArenaBytes);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Small_problems_are_planned_optimally(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 150; i++)
        {
            var problem = RandomProblem(random, random.Next(1, 7), 5, 6);
            var plan = MemoryPlanner.Plan(problem);
            BytewiseArena.AssertValid(problem, plan);
            Assert.True(plan.IsOptimal);
            Assert.Equal(BytewiseArena.Optimum(problem), plan.ArenaBytes);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Exact_search_alone_finds_the_optimum(int seed)
    {
        // The greedy start gets no local search, so that the search itself is what is compared.
        var effort = PlanningEffort.Default with { LocalSearchWork = 0 };
        var random = new Random(1000 + seed);
        for (var i = 0; i < 150; i++)
        {
            var problem = RandomProblem(random, random.Next(4, 8), 4, 5);
            var plan = MemoryPlanner.Plan(problem, effort);
            BytewiseArena.AssertValid(problem, plan);
            Assert.Equal(BytewiseArena.Optimum(problem), plan.ArenaBytes);
        }
    }

    [Theory]
    [InlineData(1, 40)]
    [InlineData(2, 80)]
    [InlineData(3, 160)]
    public void Large_problems_are_valid_near_the_bound_and_reproducible(int seed, int count)
    {
        var problem = RandomProblem(new Random(seed), count, count / 2, 4000);
        var plan = MemoryPlanner.Plan(problem);
        BytewiseArena.AssertValid(problem, plan);
        Assert.InRange(plan.ArenaBytes, plan.LowerBoundBytes, plan.LowerBoundBytes * 1.1);
        var again = MemoryPlanner.Plan(problem with { Buffers = [.. problem.Buffers.Reverse()] });
        Assert.Equal(plan.Offsets, again.Offsets);
        Assert.Equal(plan.LowerBoundBytes, again.LowerBoundBytes);
    }

    [Fact]
    public void A_result_replaces_its_dying_operand()
    {
        var chain = new MemoryProblem([new(0, "a", 100, -1, 0), new(1, "b", 100, 0, 1), new(2, "c", 100, 1, 1)], [new(1, 0, 0), new(2, 1, 0)]);
        Assert.Equal(100, MemoryPlanner.Plan(chain).ArenaBytes);
        Assert.Equal(200, MemoryPlanner.Plan(chain with { Overlaps = [] }).ArenaBytes);
    }

    [Fact]
    public void A_lead_moves_the_result_before_its_operand()
    {
        var plan = MemoryPlanner.Plan(new MemoryProblem([new(0, "a", 100, -1, 0), new(1, "b", 80, 0, 1)], [new(1, 0, 24)]));
        Assert.Equal(124, plan.ArenaBytes);
        Assert.True(plan.Offsets[1] + 24 <= plan.Offsets[0]);
    }

    [Fact]
    public void Two_operands_may_be_overwritten_at_once()
    {
        var plan = MemoryPlanner.Plan(new MemoryProblem(
            [new(0, "a", 100, -1, 0), new(1, "b", 100, -1, 0), new(2, "sum", 200, 0, 1)], [new(2, 0, 0), new(2, 1, 0)]));
        Assert.Equal(200, plan.ArenaBytes);
    }

    [Fact]
    public void Contradictions_are_refused()
    {
        BufferRequest a = new(0, "a", 4, 0, 2), b = new(1, "b", 4, 1, 2);
        Assert.Throws<ArgumentException>(() => MemoryPlanner.Plan(new MemoryProblem([a, b], [new(1, 0, 0)])));
        Assert.Throws<ArgumentException>(() => MemoryPlanner.Plan(new MemoryProblem([a, a])));
        Assert.Throws<ArgumentException>(() => MemoryPlanner.Plan(new MemoryProblem([a with { Bytes = 0 }])));
        Assert.Throws<ArgumentException>(() => MemoryPlanner.Plan(new MemoryProblem([a with { Alignment = 3 }])));
        Assert.Throws<ArgumentException>(() => MemoryPlanner.Plan(new MemoryProblem([a with { LastStep = -1 }])));
    }

    private static MemoryProblem RandomProblem(Random random, int count, int steps, int bytes)
    {
        var buffers = Enumerable.Range(0, count).Select(id =>
        {
            var first = random.Next(-1, steps);
            return new BufferRequest(id, $"b{id}", random.Next(1, bytes + 1), first, Math.Min(steps, first + random.Next(0, 3)), 1 << random.Next(0, 3));
        }).ToImmutableArray();
        var overlaps = from result in buffers
                       from operand in buffers
                       where operand.LastStep == result.FirstStep && operand.FirstStep < result.FirstStep && random.Next(3) > 0
                       select new BufferOverlap(result.Id, operand.Id, random.Next(0, (int)result.Bytes + 2));
        return new MemoryProblem(buffers, [.. overlaps]);
    }
}
