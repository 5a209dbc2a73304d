using Brim.Compile.Planning;

namespace Brim.Compile.Tests.Planning;

/// <summary>Judges placements by definition, byte by byte, without the planner's notion of distances.</summary>
internal static class BytewiseArena
{
    /// <summary>Fails if two buffers share a byte while both live, other than a permitted result before its operand, or if one is misaligned.</summary>
    public static void AssertValid(MemoryProblem problem, MemoryPlan plan)
    {
        foreach (var a in problem.Buffers)
        {
            Assert.Equal(0, plan.Offsets[a.Id] % a.Alignment);
            Assert.InRange(plan.Offsets[a.Id], 0, plan.ArenaBytes - a.Bytes);
            foreach (var b in problem.Buffers)
                Assert.True(a.Id >= b.Id || MayLie(problem, a, plan.Offsets[a.Id], b, plan.Offsets[b.Id]), $"{a} at {plan.Offsets[a.Id]} and {b} at {plan.Offsets[b.Id]}");
        }
        Assert.Equal(plan.ArenaBytes, problem.Buffers.Max(b => plan.Offsets[b.Id] + b.Bytes));
        Assert.True(plan.LowerBoundBytes <= plan.ArenaBytes);
    }

    /// <summary>The smallest arena, by trying all offsets.</summary>
    public static long Optimum(MemoryProblem problem)
    {
        for (var height = problem.Buffers.Max(b => b.Bytes); ; height++)
        {
            if (Fits(problem, height, 0, new long[problem.Buffers.Length]))
                return height;
        }
    }

    private static bool Fits(MemoryProblem problem, long height, int next, long[] offsets)
    {
        if (next == problem.Buffers.Length)
            return true;
        var buffer = problem.Buffers[next];
        for (var offset = 0L; offset + buffer.Bytes <= height; offset += buffer.Alignment)
        {
            offsets[next] = offset;
            if (Enumerable.Range(0, next).All(i => MayLie(problem, problem.Buffers[i], offsets[i], buffer, offset)) && Fits(problem, height, next + 1, offsets))
                return true;
        }
        return false;
    }

    private static bool MayLie(MemoryProblem problem, BufferRequest a, long atA, BufferRequest b, long atB)
    {
        return !HaveCommon(a.FirstStep, a.LastStep + 1, b.FirstStep, b.LastStep + 1) || !HaveCommon(atA, atA + a.Bytes, atB, atB + b.Bytes)
            || problem.Overlaps.Any(o => o.Result == a.Id && o.Operand == b.Id && atA + o.LeadBytes <= atB)
            || problem.Overlaps.Any(o => o.Result == b.Id && o.Operand == a.Id && atB + o.LeadBytes <= atA);
    }

    private static bool HaveCommon(long begin1, long end1, long begin2, long end2)
    {
        for (var i = begin1; i < end1; i++)
        {
            if (begin2 <= i && i < end2)
                return true;
        }
        return false;
    }
}
