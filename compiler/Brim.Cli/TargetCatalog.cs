using System.Collections.Immutable;
using Brim.Compile;
using Brim.Compile.Costs;
using Brim.Compile.Kernels.Portable;
using Brim.Compile.Targets;
using Brim.Core.Diagnostics;
using Brim.Targets.Arm;

namespace Brim.Cli;

/// <summary>The machines one can compile for: target files, joined with the kernel rules of their families.</summary>
internal static class TargetCatalog
{
    /// <summary>The target of commands that need one but were given none.</summary>
    public const string DefaultTarget = "cortex-m4";

    /// <summary>The target that runs natively.</summary>
    public const string HostTarget = "host";

    private const string ArmFolder = "backends/arm-cmsis/targets";
    private const string CostFolder = "backends/arm-cmsis/costs";

    /// <summary>Every target, the host first, then by name.</summary>
    public static ImmutableArray<Backend> Load(string root, DiagnosticBag diagnostics)
    {
        var backends = ImmutableArray.CreateBuilder<Backend>();
        var costs = KernelCostModel.Load(Path.Combine(root, CostFolder), diagnostics);
        backends.Add(new Backend(new TargetMachine(HostTarget, []) { Description = "this machine, portable kernels" }, PortableKernels.Rules));
        foreach (var path in Directory.EnumerateFiles(Path.Combine(root, ArmFolder), "*.yaml").Order(StringComparer.Ordinal))
        {
            if (TargetFile.Parse(path, File.ReadAllText(path), diagnostics) is { } machine)
                backends.Add(new Backend(machine, [.. ArmKernels.Rules(machine), .. PortableKernels.Rules]) { Costs = costs });
        }
        return backends.ToImmutable();
    }

    /// <summary>A target by name; null with a diagnostic that lists the names if there is none.</summary>
    /// <param name="name">Name.</param>
    /// <param name="root">Folder of the installed target files.</param>
    /// <param name="portableOnly">True to leave out the family's own kernels, for comparison.</param>
    /// <param name="diagnostics">Receives BRIM6003.</param>
    public static Backend? Find(string name, string root, bool portableOnly, DiagnosticBag diagnostics)
    {
        var all = Load(root, diagnostics);
        if (all.FirstOrDefault(b => b.Target.Name == name) is { } found)
            return portableOnly ? found with { Rules = PortableKernels.Rules } : found;
        diagnostics.Report(CliDiagnostics.UnknownTarget, new SourceLocation("--target"), $"'{name}' is not a target",
            $"one of: {string.Join(", ", all.Select(b => b.Target.Name))}");
        return null;
    }
}
