using System.Collections.Immutable;

namespace Brim.Compile.Kernels.Portable;

/// <summary>The rules that every target falls back to.</summary>
public static class PortableKernels
{
    /// <summary>All rules, in the order in which they are tried.</summary>
    public static ImmutableArray<IKernelRule> Rules { get; } =
    [
        new PortableConv2DRule(),
        new PortableDepthwiseConv2DRule(),
        new PortableFullyConnectedRule(),
        new PortableAddRule(),
        new PortableSubRule(),
        new PortableMulRule(),
        new PortableAveragePool2DRule(),
        new PortableMaxPool2DRule(),
        new PortableMeanRule(),
        new PortableReshapeRule(),
        new PortableTransposeRule(),
        new PortablePadRule(),
        new PortableConcatRule(),
        new PortableStridedSliceRule(),
        new PortableSoftmaxRule(),
        // One table beats any arithmetic on bytes: before the rules that compute.
        new PortableLookupRule(),
        new PortableLogisticRule(),
        new PortableTanhRule(),
        new PortableActivationRule(),
        new PortableLeakyReluRule(),
        new PortableWindowBitsRule(),
        new PortableWindowBitPairsRule(),
        new PortableQuantizeRule(),
        new PortableRequantizeRule(),
        new PortableDequantizeRule(),
    ];
}
