using Brim.Compile.Accumulators;

namespace Brim.Targets.Arm.Smlad;

/// <summary>
/// The kernels that compute two output channels from one weight stream (smlad_dot.h), in the form for cores with SMLAD and in the form
/// for cores without. Both read the same streams; their activations take different room in scratch.
/// </summary>
/// <param name="RulePrefix">Prefix of rule names.</param>
/// <param name="Suffix">Part of the names of kernel functions and files.</param>
/// <param name="TapBytes">Scratch bytes of an activation.</param>
/// <param name="NeedsRowSums">True if the depthwise kernel keeps the sums of an output row in scratch.</param>
public sealed record PairKernels(string RulePrefix, string Suffix, int TapBytes, bool NeedsRowSums)
{
    /// <summary>Two taps a multiplication: Cortex-M4, M7, M33.</summary>
    public static PairKernels Smlad { get; } = new("Smlad", "smlad", 2, NeedsRowSums: false);

    /// <summary>One tap a multiplication: Cortex-M0, M0+, M3, M23.</summary>
    public static PairKernels Mla { get; } = new("Mla", "mla", 4, NeedsRowSums: true);

    /// <summary>
    /// Sums of a pair (smlad_dot.h): the channel in the lower bytes in a word, of which 30 bits can be rescaled by 16-bit pieces; the other one
    /// in what is left above eight bits.
    /// </summary>
    internal SumLayout SumLayout => new(PackingName, [(0, WeightedLayer.AccumulatorBits), (8, SmladFilter.UpperSumBits)]);

    /// <summary>Sums of the depthwise kernels: a word each.</summary>
    internal SumLayout DepthwiseLayout => new(PackingName, [(0, WeightedLayer.AccumulatorBits)]);

    private string PackingName => (this == Smlad ? PackingCatalog.Smlad32 : PackingCatalog.Wide32).Name;

    /// <summary>Name of a kernel function, e.g. <c>brim_conv2d_s8_smlad_relu</c>.</summary>
    internal string Function(string operation, string kind) => $"brim_{operation}_s8_{Suffix}{kind}";

    /// <summary>Path of a kernel file.</summary>
    internal string File(string operation) => $"{ArmKernels.Folder}{operation}_s8_{Suffix}.c";
}
