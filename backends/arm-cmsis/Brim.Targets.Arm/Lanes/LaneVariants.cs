using Brim.Compile.Accumulators;

namespace Brim.Targets.Arm.Lanes;

/// <summary>Ways to store a stream.</summary>
internal static class LaneVariants
{
    /// <summary>
    /// Streams with two channels in a halfword: with as many weights read in place as int8's flash allows, and all in 4 bits where that takes less.
    /// </summary>
    public static IEnumerable<(string Name, PackingOutcome Outcome)> DualStorage(
        LaneLayer layer, Func<FilterCodes, ActivationBounds, IReadOnlyList<int>, int, IReadOnlyList<PackingOutcome>> build)
    {
        var outcomes = build(layer.Filter, layer.Bounds, [layer.Filter.Int8Bytes, 0], layer.LaneLimit);
        if (outcomes[0].Layer is not { } fast || outcomes[1].Layer is not { } small)
            return [("", outcomes[0])];
        var compact = ("4-bit storage", outcomes[1]);
        return fast.Bytes > small.Bytes ? [("tails in 4 bits", outcomes[0]), compact] : [compact];
    }
}
