using System.Collections.Immutable;
using Brim.Compile.Kernels;
using Brim.Compile.Targets;
using Brim.Targets.Arm.Smlad;

namespace Brim.Targets.Arm;

/// <summary>The kernels for ARM Cortex-M cores, in order of preference. The portable kernels follow where all of these decline.</summary>
public static class ArmKernels
{
    /// <summary>Folder of the kernel sources, relative to the kernel root.</summary>
    internal const string Folder = "backends/arm-cmsis/kernels/";

    /// <summary>Rules for a target.</summary>
    public static ImmutableArray<IKernelRule> Rules(TargetMachine target)
    {
        ArgumentNullException.ThrowIfNull(target);
        var rules = ImmutableArray.CreateBuilder<IKernelRule>();
        if (target.Has("dsp"))
            rules.AddRange(Dsp);
        if (target.Has("mla"))
            rules.Add(new ArmAddRule());
        return rules.ToImmutable();
    }

    // Pointwise before convolution: a 1x1 convolution with stride 1 is both, and the former walks without windows.
    private static ImmutableArray<IKernelRule> Dsp { get; } =
    [
        new SmladPointwiseRule(),
        new SmladConv2DRule(),
        new SmladDepthwise3x3Rule(),
        new SmladFullyConnectedRule(),
        new ArmAveragePoolRule(),
    ];
}
