using System.Collections.Immutable;
using Brim.Compile.Emit;
using Brim.Compile.Kernels;
using Brim.Core.Diagnostics;
using Brim.Import;

namespace Brim.Cli;

/// <summary>Every diagnostic that Brim can print, by code. Each project lists its own; a test checks that codes are unique and in their ranges.</summary>
public static class DiagnosticCatalog
{
    /// <summary>All descriptors in the order of their codes.</summary>
    public static ImmutableArray<DiagnosticDescriptor> All { get; } =
    [
        .. new[]
        {
            ImportDiagnostics.All,
            IrDiagnostics.All,
            Quantize.QuantizationDiagnostics.All,
            KernelDiagnostics.All,
            Compile.Costs.CostDiagnostics.All,
            EmitDiagnostics.All,
            Check.CheckDiagnostics.All,
            Yaml.YamlDiagnostics.All,
            Brim.Emulation.EmulationDiagnostics.All,
            CliDiagnostics.All,
        }.SelectMany(list => list).OrderBy(d => d.Code, StringComparer.Ordinal),
    ];
}
