using System.Collections.Immutable;
using Brim.Compile.Kernels;
using Brim.Compile.Targets;
using Brim.Targets.Arm.Lanes;
using Brim.Targets.Arm.Mve;
using Brim.Targets.Arm.Smlad;

namespace Brim.Targets.Arm;

/// <summary>The kernels for ARM Cortex-M cores, in order of preference. The portable kernels follow where all of these decline.</summary>
public static class ArmKernels
{
    /// <summary>Folder of the kernel sources, relative to the kernel root.</summary>
    internal const string Folder = "backends/arm-cmsis/kernels/";

    private static ImmutableArray<IKernelRule> Vectors =>
    [
        new MvePointwiseRule(),
        new MveConv2DRule(),
        new MveDepthwise3x3Rule(),
        new MveFullyConnectedRule(),
    ];

    /// <summary>Rules for a target.</summary>
    public static ImmutableArray<IKernelRule> Rules(TargetMachine target)
    {
        ArgumentNullException.ThrowIfNull(target);
        var pairs = target.Has("dsp") ? PairKernels.Smlad : PairKernels.Mla;
        // Pointwise before convolution: a 1x1 convolution with stride 1 is both, and the former walks without windows.
        var rules = ImmutableArray.Create<IKernelRule>(
            // Lanes first, those of 64 bits before those of 32, as they are the cheaper ones where costs are not known.
            new LaneConv3x3RowsRule(),
            new LaneConv3x3TripleRule(),
            new LaneConvDualRule(),
            new LaneConvDual16Rule(),
            new LaneConvPixelsRule(),
            new LaneConvQuadRule(),
            new LaneDepthwise3x3RowsRule(),
            new LaneDepthwise3x3PixelsRule(),
            new LaneDepthwise3x3Dual16Rule(),
            new LaneDenseDualRule(),
            new LaneDenseDual16Rule(),
            new SmladPointwiseRule(pairs),
            new SmladConv2DRule(pairs),
            new SmladDepthwise3x3Rule(pairs),
            new SmladFullyConnectedRule(pairs),
            new ArmAddRule());
        if (target.Has("dsp"))
            rules = rules.Add(new ArmAveragePoolRule());
        return target.Has("mve") ? rules.InsertRange(0, Vectors) : rules;
    }
}
