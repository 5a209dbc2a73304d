using System.Collections.Immutable;
using Brim.Check.Certificates;
using Brim.Check.Source;
using Brim.Compile;
using Brim.Compile.Accumulators;
using Brim.Compile.Emit;
using Brim.Compile.Kernels;
using Brim.Compile.Kernels.Portable;
using Brim.Compile.Targets;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Targets.Arm;
using Brim.Testing;

namespace Brim.Check.Tests;

/// <summary>A compiled library whose files stay in memory.</summary>
internal sealed class CheckedLibrary
{
    private CheckedLibrary(CompiledModel model, FirmwareLibrary library)
    {
        Model = model;
        Library = library;
        Files = library.Files.ToDictionary(f => f.Path, f => f.Content, StringComparer.Ordinal);
    }

    /// <summary>What was compiled.</summary>
    public CompiledModel Model { get; }

    /// <summary>What was emitted.</summary>
    public FirmwareLibrary Library { get; }

    /// <summary>Files by path; tests change them.</summary>
    public Dictionary<string, string> Files { get; }

    /// <summary>Path of the file with the constant arrays.</summary>
    public string DataFile => Library.Sources.Single(s => s.EndsWith("_data.c", StringComparison.Ordinal));

    /// <summary>Path of the file with the layers.</summary>
    public string CodeFile => Library.Sources.Single(s => s != DataFile);

    /// <summary>Compiles for a target.</summary>
    /// <param name="graph">Network.</param>
    /// <param name="target">Target of the Arm family.</param>
    /// <param name="rule">The only rule beside the portable ones; null for all.</param>
    /// <param name="accumulators">Limits.</param>
    public static CheckedLibrary Of(Graph graph, string target, string? rule = null, AccumulatorOptions? accumulators = null)
    {
        var file = Path.Combine(TestData.RepositoryRoot, "backends", "arm-cmsis", "targets", target + ".yaml");
        var diagnostics = new DiagnosticBag();
        var machine = TargetFile.Parse(file, File.ReadAllText(file), diagnostics)!;
        var rules = ArmKernels.Rules(machine).Where(r => rule is null || r.Name == rule);
        var model = ModelCompiler.Compile(graph, new Backend(machine, [.. rules, .. PortableKernels.Rules]), diagnostics, accumulators);
        Assert.True(model is not null, string.Join('\n', diagnostics.Items));
        var info = new LibraryInfo("0.0.0", new string('0', 64), target);
        return new CheckedLibrary(model, CEmitter.Emit(model.Plan, new KernelSources(TestData.RepositoryRoot), SelfTestVectors.Make(graph, 0, 1), info));
    }

    /// <summary>Checks the files as they are.</summary>
    public (CheckReport? Report, IReadOnlyList<Diagnostic> Findings) Check(bool digests = false)
    {
        var diagnostics = new DiagnosticBag();
        var report = LibraryChecker.Check(InMemory, diagnostics, digests);
        return (report, diagnostics.Items);
    }

    /// <summary>Parses the files, so that words can be changed without printing and parsing them each time.</summary>
    public (Certificate Certificate, LibrarySource Source, string[] Inputs) Parse()
    {
        var (model, _, _, inputs) = InMemory.Manifest();
        var arrays = Brim.Check.Source.DataFile.Parse(DataFile, Files[DataFile]);
        var header = Files.Keys.Single(f => f.StartsWith("include/", StringComparison.Ordinal));
        var source = ModelFile.Parse(CodeFile, Files[CodeFile], "brim_" + model, arrays);
        return (Certificate.Parse(Files[Certificate.FileName]), source with { ArenaBytes = HeaderFile.ArenaBytes(header, Files[header], "brim_" + model) }, inputs);
    }

    /// <summary>Writes the files into a directory.</summary>
    public void WriteTo(string directory)
    {
        foreach (var (path, content) in Files)
        {
            var file = Path.Combine(directory, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, content);
        }
    }

    private LibraryFiles InMemory => new("library", () => Library.Files.Select(f => f.Path).Where(p => p.StartsWith("src/", StringComparison.Ordinal)), path =>
        Files.TryGetValue(path, out var text) ? text : throw new CheckFailure(CheckDiagnostics.UnreadableLibrary, path));
}
