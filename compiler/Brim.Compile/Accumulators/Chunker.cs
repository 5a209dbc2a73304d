using System.Collections.Immutable;

namespace Brim.Compile.Accumulators;

/// <summary>
/// Cuts the steps of a dot product into chunks that no input can overflow. A chunk is closed just before any lane would: for a given order
/// this gives the fewest chunks, because ranges only grow with the chunk, so any cut may be moved to the greedy one or earlier.
/// </summary>
public static class Chunker
{
    /// <summary>Chunks of <paramref name="steps"/> steps.</summary>
    /// <param name="steps">Number of steps.</param>
    /// <param name="laneBits">Width of every lane of the tile.</param>
    /// <param name="range">Range that a step adds to a lane.</param>
    /// <param name="longest">Most steps of a chunk (a kernel's unrolling).</param>
    /// <param name="first">First step; <paramref name="steps"/> is the step after the last.</param>
    /// <returns>The chunks, or null if a single step overflows its lane.</returns>
    public static ImmutableArray<Chunk>? Cut(
        int steps,
        ImmutableArray<int> laneBits,
        Func<int, int, LaneRange> range,
        int longest = int.MaxValue,
        int first = 0)
    {
        var chunks = ImmutableArray.CreateBuilder<Chunk>();
        var begin = first;
        var sum = new LaneRange[laneBits.Length];
        var grown = new LaneRange[laneBits.Length];
        for (var step = first; step < steps; step++)
        {
            if (Grow(step) && step - begin < longest)
            {
                grown.CopyTo(sum, 0);
                continue;
            }
            if (step == begin)
                return null;
            chunks.Add(new Chunk(begin, step, [.. sum]));
            begin = step;
            Array.Clear(sum);
            if (!Grow(step))
                return null;
            grown.CopyTo(sum, 0);
        }
        if (begin < steps)
            chunks.Add(new Chunk(begin, steps, [.. sum]));
        return chunks.ToImmutable();

        bool Grow(int step)
        {
            var fits = true;
            for (var lane = 0; lane < laneBits.Length; lane++)
            {
                grown[lane] = sum[lane] + range(step, lane);
                fits &= grown[lane].Fits(laneBits[lane]);
            }
            return fits;
        }
    }
}
