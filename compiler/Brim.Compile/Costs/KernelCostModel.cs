using System.Collections.Immutable;
using Brim.Compile.Kernels;
using Brim.Compile.Program;
using Brim.Compile.Targets;
using Brim.Core.Diagnostics;

namespace Brim.Compile.Costs;

/// <summary>
/// Modelled cycles of a kernel call: the sum over its loop levels of count, times instructions of each class per run of the level, times the
/// target's cycles for the class. The middle factor is measured (see <see cref="CostTable"/>), the first is exact, the last is the target file's, so
/// that a core of the same instruction set needs no measurement of its own. A call of which something is unknown has no prediction at all: a planner
/// must take it for dearer than every call that has one, never for cheap.
/// </summary>
/// <param name="tables">Cost tables; at most one for an architecture.</param>
public sealed class KernelCostModel(ImmutableArray<CostTable> tables) : ICostModel
{
    private const string FilePattern = "*.json";

    /// <summary>The model of all files in a folder; a folder that does not exist holds none. Errors are reported, and the file left out.</summary>
    public static KernelCostModel Load(string folder, DiagnosticBag diagnostics)
    {
        if (!Directory.Exists(folder))
            return new KernelCostModel([]);
        return new KernelCostModel([.. Directory.EnumerateFiles(folder, FilePattern).Order(StringComparer.Ordinal)
            .Select(f => CostTable.Parse(f, File.ReadAllText(f), diagnostics)).OfType<CostTable>()]);
    }

    /// <inheritdoc/>
    public long? Cycles(KernelCall call, TargetMachine machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        if (machine.Costs is not { } costs || Classes(call, machine) is not { } classes)
            return null;
        var cycles = 0.0;
        foreach (var (kind, times) in classes)
        {
            if (!costs.Cycles.TryGetValue(kind, out var each))
                return null;
            cycles += times * each;
        }
        return (long)Math.Round(cycles);
    }

    /// <summary>Instructions of a call; null if unknown.</summary>
    public long? Instructions(KernelCall call, TargetMachine machine) => Classes(call, machine) is { } classes
        ? (long)Math.Round(classes.Where(c => c.Key is not (InstructionClass.MultiplePerRegister or InstructionClass.LoadPcExtra)).Sum(c => c.Value))
        : null;

    /// <summary>Times that a call pays the cost of each class; null if the kernel or one of its levels has not been measured on the machine's code.</summary>
    public ImmutableSortedDictionary<InstructionClass, double>? Classes(KernelCall call, TargetMachine machine)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(machine);
        if (call.Work.IsDefaultOrEmpty)
            return null;
        var table = tables.FirstOrDefault(t => t.Architectures.Contains(machine.Architecture));
        return table is not null && table.Kernels.TryGetValue(call.Kernel.Function, out var kernel) ? kernel.Classes(call.Work) : null;
    }
}
