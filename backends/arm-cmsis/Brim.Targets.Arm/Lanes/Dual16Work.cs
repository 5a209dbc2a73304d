using Brim.Compile.Accumulators;

namespace Brim.Targets.Arm.Lanes;

/// <summary>Loop counts of the passes in lanes_conv_dual16.c.</summary>
internal static class Dual16Work
{
    /// <summary>
    /// tile: tiles; chunk: chunks; pass: passes; run: their runs; block: blocks of unrolled steps; step: steps.
    /// </summary>
    /// <param name="packed">The stream.</param>
    /// <param name="rowTaps">Taps of a kernel row, at the end of which a run ends.</param>
    public static (long Tiles, long Chunks, long Passes, long Runs, long Blocks, long Steps) Count(PackedLayer packed, int rowTaps)
    {
        var (chunks, passes, runs, blocks, steps) = (0L, 0L, 0L, 0L, 0L);
        foreach (var chunk in packed.Tiles.SelectMany(t => t.Chunks))
        {
            chunks++;
            for (var begin = chunk.Begin; begin < chunk.End; begin += Dual16Stream.PassSteps)
            {
                passes++;
                var end = Math.Min(begin + Dual16Stream.PassSteps, chunk.End);
                for (int tap = begin, next; tap < end; tap = next)
                {
                    next = Math.Min(end, (tap / rowTaps * rowTaps) + rowTaps);
                    runs++;
                    blocks += (next - tap + Dual16Stream.BlockSteps - 1) / Dual16Stream.BlockSteps;
                    steps += next - tap;
                }
            }
        }
        return (packed.Tiles.Length, chunks, passes, runs, blocks, steps);
    }
}
