using System.Collections.Immutable;
using Brim.Core.Diagnostics;

namespace Brim.Compile.Kernels;

/// <summary>Diagnostics 41xx and 42xx: kernel selection and accumulators.</summary>
public static class KernelDiagnostics
{
    /// <summary>No rule of the target accepts a node.</summary>
    public static readonly DiagnosticDescriptor NoKernel = new("BRIM4101", Severity.Error,
        "no kernel computes this operator",
        "Neither the target's kernels nor the portable ones compute the operator with these types and attributes. The notes give each rule's reason. "
        + "Float operators never run in firmware: quantize the model first.");

    /// <summary>A whole dot product does not fit the accumulator that single-stage accumulation was asked to use.</summary>
    public static readonly DiagnosticDescriptor AccumulatorTooNarrow = new("BRIM4201", Severity.Error,
        "a whole dot product does not fit the accumulator",
        "With --accumulation single a dot product is summed from end to end in one accumulator of the width given with --accumulator. The "
        + "message gives the range that the layer's weights and activations reach, which no choice of start value brings into fewer bits.");

    /// <summary>All of them.</summary>
    public static ImmutableArray<DiagnosticDescriptor> All { get; } = [NoKernel, AccumulatorTooNarrow];
}
