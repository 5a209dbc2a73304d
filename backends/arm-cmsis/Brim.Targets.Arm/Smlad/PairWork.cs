using System.Collections.Immutable;
using Brim.Compile.Costs;

namespace Brim.Targets.Arm.Smlad;

/// <summary>Loop counts of what the kernels over channel pairs share: smlad_dot.h and smlad_expand.h.</summary>
/// <param name="Taps">Taps of a stream, padding included.</param>
/// <param name="Channels">Output channels.</param>
/// <param name="IsClamped">True if the codes are clamped in a pass of their own.</param>
internal sealed record PairWork(int Taps, int Channels, bool IsClamped)
{
    /// <summary>Steps that the unrolled loop over three pixels holds.</summary>
    private const int UnrolledSteps3 = 16;

    /// <summary>Double steps that the unrolled loop over one pixel holds.</summary>
    private const int UnrolledSteps1 = 8;

    private int Pairs => (Channels + 1) / 2;

    private int Steps => Taps / 4;

    /// <summary>The work of a layer whose taps are in the order of <see cref="SmladFilter.TapOrder"/>.</summary>
    public static PairWork Of(WeightedLayer layer, ImmutableArray<int> order) =>
        new(order.Length, layer.Channels, layer.KernelSuffix.EndsWith("_clamped", StringComparison.Ordinal));

    /// <summary>Adds blocks of three pixels: all output channels from their taps.</summary>
    public void Blocks3(WorkCounts work, long blocks)
    {
        work.Add("block3", blocks)
            .Add("pair3", blocks * Pairs)
            .Add("pass3", blocks * Pairs * ((Steps + UnrolledSteps3 - 1) / UnrolledSteps3))
            .Add("step3", blocks * Pairs * Steps)
            .Add("clamp", IsClamped ? 3 * blocks * Channels : 0);
    }

    /// <summary>Adds single pixels.</summary>
    public void Blocks1(WorkCounts work, long blocks)
    {
        work.Add("block1", blocks)
            .Add("pair1", blocks * Pairs)
            .Add("pass1", blocks * Pairs * (((Steps / 2) + UnrolledSteps1 - 1) / UnrolledSteps1))
            .Add("step1", blocks * Pairs * (Steps / 2))
            .Add("odd1", blocks * Pairs * (Steps % 2))
            .Add("clamp", IsClamped ? blocks * Channels : 0);
    }

    /// <summary>Adds expansions of runs of neighbouring codes, three pixels at once (<paramref name="pixels"/> = 3) or one.</summary>
    public static void Expand(WorkCounts work, int pixels, long runs, int runLength)
    {
        var groups = runLength / 4;
        work.Add($"run{pixels}", runs)
            .Add($"expand{pixels}_pass", runs * (groups / 4))
            .Add($"expand{pixels}_group", runs * (groups % 4))
            .Add($"leftover{pixels}", runs * (runLength % 4));
    }
}
