using Brim.Compile.Costs;

namespace Brim.Targets.Arm.Mve;

/// <summary>Loop counts of what the kernels of mve_dot.h share.</summary>
/// <param name="Steps">Steps of a dot product.</param>
/// <param name="Channels">Output channels.</param>
internal sealed record MveWork(int Steps, int Channels)
{
    /// <summary>Steps that the loop over four pixels holds.</summary>
    private const int UnrolledSteps4 = 8;

    /// <summary>Channels that a single pixel's are computed in.</summary>
    private const int GroupChannels = 4;

    /// <summary>The work of a layer.</summary>
    public static MveWork Of(MveLayer layer) => new(layer.Steps, layer.Channels);

    /// <summary>Adds blocks of four pixels: all channels, two at a time.</summary>
    public void Blocks4(WorkCounts work, long blocks)
    {
        var pairs = (Channels + 1) / 2;
        work.Add("block4", blocks)
            .Add("odd4", blocks * (Channels % 2))
            .Add("pair4", blocks * pairs)
            .Add("pass4", blocks * pairs * (1 + ((Steps - 2) / UnrolledSteps4)))
            .Add("step4", blocks * pairs * Steps);
    }

    /// <summary>Adds single pixels: all channels, four at a time.</summary>
    public void Blocks1(WorkCounts work, long blocks)
    {
        var groups = (Channels + GroupChannels - 1) / GroupChannels;
        work.Add("block1", blocks)
            .Add("group1", blocks * groups)
            .Add("pass1", blocks * groups * (Steps / 2))
            .Add("step1", blocks * groups * Steps);
    }
}
