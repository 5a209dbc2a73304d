using Brim.Compile.Accumulators;

namespace Brim.Targets.Arm.Lanes;

/// <summary>Ways to store a stream.</summary>
internal static class LaneVariants
{
    /// <summary>Greatest weight of a compact stream.</summary>
    private const int CompactLimit = 7;

    /// <summary>
    /// A compact stream where the weights fit it: expanding it costs a few percent of the time and it takes less flash than int8 weights, which an
    /// expanded one exceeds by a third.
    /// </summary>
    public static (string Name, bool Compact, PackingOutcome Outcome) CompactIfPossible(LaneLayer layer, Func<bool, PackingOutcome> build)
    {
        var compact = layer.Filter.Limit <= CompactLimit;
        return (compact ? "compact" : "expanded", compact, build(compact));
    }
}
