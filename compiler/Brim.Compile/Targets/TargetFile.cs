using System.Collections.Immutable;
using System.Text.Json;
using Brim.Yaml;
using Brim.Core.Diagnostics;

namespace Brim.Compile.Targets;

/// <summary>
/// Reads target files. Top-level keys: <c>name</c>, <c>description</c>, <c>architecture</c>, <c>features</c>, <c>packings</c>, <c>board</c> and the
/// sections <c>memory</c> (<c>flashBytes</c>, <c>ramBytes</c>), <c>compiler</c> (<c>command</c>, <c>package</c>, <c>machineFlags</c>,
/// <c>libraryFlags</c>), <c>llvm</c> (<c>triple</c>, <c>cpu</c>, <c>features</c>) and <c>costs</c> (<c>source</c>, <c>issueWidth</c>, and the cycles of
/// every <see cref="InstructionClass"/> that the core has, in camel case).
/// </summary>
public static class TargetFile
{
    /// <summary>Reads one target; null after reporting errors (unknown keys are errors, with their line).</summary>
    /// <param name="file">File name for messages.</param>
    /// <param name="text">The file's text.</param>
    /// <param name="diagnostics">Takes the errors.</param>
    public static TargetMachine? Parse(string file, string text, DiagnosticBag diagnostics)
    {
        var own = new DiagnosticBag();
        var target = YamlSection.Parse(file, text, own) is { } root ? Read(root) : null;
        ArgumentNullException.ThrowIfNull(diagnostics);
        diagnostics.AddRange(own);
        return own.HasErrors ? null : target;
    }

    /// <summary>The key of a class in the <c>costs</c> section.</summary>
    public static string CostKey(InstructionClass instruction) => JsonNamingPolicy.CamelCase.ConvertName(instruction.ToString());

    /// <summary>The class of a key; the inverse of <see cref="CostKey"/>.</summary>
    /// <exception cref="ArgumentException">There is no such class.</exception>
    public static InstructionClass ClassOf(string key) => Enum.GetValues<InstructionClass>().Cast<InstructionClass?>().FirstOrDefault(c => CostKey(c!.Value) == key)
        ?? throw new ArgumentException($"'{key}' is no instruction class", nameof(key));

    private static TargetMachine Read(YamlSection root)
    {
        var target = new TargetMachine(root.Text("name"), root.List("features").ToImmutableSortedSet(StringComparer.Ordinal))
        {
            Description = root.Text("description"),
            Architecture = root.Text("architecture"),
            Packings = root.List("packings"),
            Board = root.OptionalText("board"),
            Memory = root.Section("memory") is { } memory ? ReadMemory(memory) : new MemorySizes(0, 0),
            Compiler = root.OptionalSection("compiler") is { } compiler ? ReadCompiler(compiler) : null,
            Llvm = root.OptionalSection("llvm") is { } llvm ? ReadLlvm(llvm) : null,
            Costs = root.OptionalSection("costs") is { } costs ? ReadCosts(costs) : null,
        };
        root.RejectUnknownKeys();
        return target;
    }

    private static MemorySizes ReadMemory(YamlSection section)
    {
        var memory = new MemorySizes(section.Integer("flashBytes", 1), section.Integer("ramBytes", 1));
        section.RejectUnknownKeys();
        return memory;
    }

    private static CompilerSettings ReadCompiler(YamlSection section)
    {
        var compiler = new CompilerSettings(section.Text("command"), section.Text("package"), section.List("machineFlags"), section.List("libraryFlags"));
        section.RejectUnknownKeys();
        return compiler;
    }

    private static LlvmSettings ReadLlvm(YamlSection section)
    {
        var llvm = new LlvmSettings(section.Text("triple"), section.Text("cpu"), section.List("features"));
        section.RejectUnknownKeys();
        return llvm;
    }

    private static InstructionCosts ReadCosts(YamlSection section)
    {
        // -1 marks an absent class. No core takes longer than some hundred cycles for one instruction; a larger number is a slip of the pen.
        var cycles = Enum.GetValues<InstructionClass>()
            .Select(c => KeyValuePair.Create(c, (int)section.OptionalInteger(CostKey(c), -1, 0, 1000)))
            .Where(c => c.Value >= 0)
            .ToImmutableSortedDictionary();
        var costs = new InstructionCosts(cycles, (int)section.OptionalInteger("issueWidth", 1, 1, 8), section.Text("source"));
        section.RejectUnknownKeys();
        return costs;
    }
}
