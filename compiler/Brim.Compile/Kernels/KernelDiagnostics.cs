using System.Collections.Immutable;
using Brim.Core.Diagnostics;

namespace Brim.Compile.Kernels;

/// <summary>Diagnostics 41xx: kernel selection.</summary>
public static class KernelDiagnostics
{
    /// <summary>No rule of the target accepts a node.</summary>
    public static readonly DiagnosticDescriptor NoKernel = new("BRIM4101", Severity.Error,
        "no kernel computes this operator",
        "Neither the target's kernels nor the portable ones compute the operator with these types and attributes. The notes give each rule's reason. "
        + "Float operators never run in firmware: quantize the model first.");

    /// <summary>All of them.</summary>
    public static ImmutableArray<DiagnosticDescriptor> All { get; } = [NoKernel];
}
