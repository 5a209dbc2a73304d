using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using Brim.Compile;
using Brim.Compile.Accumulators;
using Brim.Compile.Emit;
using Brim.Compile.Kernels;
using Brim.Compile.Kernels.Portable;
using Brim.Compile.Planning;
using Brim.Compile.Targets;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Core.Interpret;
using Brim.Emulation;
using Brim.Testing;

namespace Brim.Targets.Arm.Tests;

/// <summary>A graph compiled with the Arm kernels, in a folder of its own that goes with it.</summary>
internal sealed class CompiledLibrary : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("brim-arm-");
    private readonly FirmwareSources _sources;
    private readonly TargetMachine _target;

    /// <param name="graph">The network.</param>
    /// <param name="target">Name of the target.</param>
    /// <param name="isLowered">True to compile without passes.</param>
    /// <param name="accumulators">What is asked of accumulators.</param>
    /// <param name="costs">Costs; null where the order of the rules decides.</param>
    /// <param name="without">Rules to leave out, by name, so that others get their layers.</param>
    public CompiledLibrary(Graph graph, string target, bool isLowered = false, AccumulatorOptions? accumulators = null, ICostModel? costs = null,
        params string[] without)
    {
        _target = Target(target);
        var diagnostics = new DiagnosticBag();
        var backend = new Backend(_target, [.. ArmKernels.Rules(_target).Where(r => !without.Contains(r.Name)), .. PortableKernels.Rules]) { Costs = costs };
        Model = (isLowered ? AsItStands(graph, backend, diagnostics, accumulators) : ModelCompiler.Compile(graph, backend, diagnostics, accumulators))!;
        Assert.True(Model is not null, Text(diagnostics));
        var info = new LibraryInfo("0.0.0", new string('0', 64), target);
        var library = CEmitter.Emit(Model.Plan, new KernelSources(TestData.RepositoryRoot), SelfTestVectors.Make(graph, 0, 1), info);
        var root = Path.Combine(_folder.FullName, "library");
        Assert.True(OutputDirectory.Write(root, library.Files, diagnostics), Text(diagnostics));
        var program = Model.Program;
        _sources = new FirmwareSources(
            library.Names.Model, library.Names.HeaderFile, [Path.Combine(root, "include"), Path.Combine(root, "src")],
            [.. library.Sources.Select(s => Path.Combine(root, s))],
            [.. program.Graph.Inputs.Select(Buffer)], [.. program.Graph.Outputs.Select(Buffer)],
            program.ArenaBytes, [.. program.Steps.Select(s => $"{s.Node.Name} ({s.Call.Kernel.Function})")]);

        TensorBuffer Buffer(int id) => new((int)program.Graph.TypeOf(id).Bytes, program.Offsets.TryGetValue(id, out var at) ? at : null);
    }

    /// <summary>What was compiled.</summary>
    public CompiledModel Model { get; }

    private static string Boards => Path.Combine(TestData.RepositoryRoot, "qemu-tests", "boards");

    /// <summary>Skips the test where a program is not installed.</summary>
    public static void Require(params string[] tools)
    {
        foreach (var tool in tools)
            Skip.IfNot(IsInstalled(tool), $"{tool} is not installed: sudo apt-get install gcc-arm-none-eabi qemu-system-arm gcc");
    }

    /// <summary>The reference's outputs for every inference, one after the other.</summary>
    public static byte[] Reference(Graph graph, IEnumerable<ImmutableArray<Tensor>> inputs) =>
        [.. inputs.SelectMany(i => GraphInterpreter.Run(graph, i).SelectMany(t => t.ToBytes()))];

    /// <summary>Bytes of inputs, one inference after the other.</summary>
    public static byte[] Bytes(IEnumerable<ImmutableArray<Tensor>> inputs) => [.. inputs.SelectMany(i => i.SelectMany(t => t.ToBytes()))];

    /// <summary>Runs the portable definitions on the host under both sanitizers.</summary>
    public byte[] RunOnHost(byte[] inputs)
    {
        var diagnostics = new DiagnosticBag();
        var outputs = HostRunner.Run(_sources, Boards, inputs, new HostOptions(Limit, Sanitize: true), _folder.FullName, diagnostics);
        Assert.True(outputs is not null, Text(diagnostics));
        return [.. outputs.Value];
    }

    /// <summary>Runs on the target's emulated board, counting.</summary>
    public EmulationResult RunEmulated(byte[] inputs)
    {
        var diagnostics = new DiagnosticBag();
        var board = BoardDescription.Load(Boards, _target.Board!, diagnostics);
        var plugin = PluginBuilder.Build(
            Path.Combine(TestData.RepositoryRoot, "qemu-tests", "plugin"), Path.Combine(TestData.RepositoryRoot, ".build", "plugin"), diagnostics);
        Assert.True(board is not null && plugin is not null, Text(diagnostics));
        var image = FirmwareImageBuilder.Build(_sources, _target, board, _folder.FullName, diagnostics);
        Assert.True(image is not null, Text(diagnostics));
        var result = QemuRunner.Run(image, inputs, new QemuOptions(Limit, plugin), _folder.FullName, diagnostics);
        Assert.True(result is not null, Text(diagnostics));
        return result;
    }

    /// <summary>Without passes, so that every attribute reaches the rules, and without a search over the order of unrelated layers.</summary>
    private static CompiledModel? AsItStands(Graph graph, Backend backend, DiagnosticBag diagnostics, AccumulatorOptions? accumulators)
    {
        var lowered = graph with { Phase = GraphPhase.Lowered };
        if (KernelSelector.Select(lowered, backend, diagnostics, accumulators) is not { } choices)
            return null;
        var options = new PlanOptions(InterfaceInArena: false, KeepOrder: true) { Effort = new PlanningEffort(1000, 100, 100, 1) };
        return new CompiledModel(graph, choices, ExecutionPlanner.Plan(lowered, [.. choices.Select(c => (c.Node, c.Call))], options));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static TargetMachine Target(string name)
    {
        var file = Path.Combine(TestData.RepositoryRoot, "backends", "arm-cmsis", "targets", name + ".yaml");
        var diagnostics = new DiagnosticBag();
        var target = TargetFile.Parse(file, File.ReadAllText(file), diagnostics);
        Assert.True(target is not null, Text(diagnostics));
        return target;
    }

    private static string Text(DiagnosticBag diagnostics) => string.Join('\n', diagnostics.Items);

    private static bool IsInstalled(string tool)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(tool, "--version") { RedirectStandardOutput = true });
            process!.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
