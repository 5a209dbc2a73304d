using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using Brim.Compile.Targets;
using Brim.Core.Diagnostics;
using Brim.Emulation;
using Brim.Testing;

namespace Brim.QemuTests;

/// <summary>What every emulator test needs: targets, boards, the plugin, and small libraries from C text.</summary>
public static class Bench
{
    private static readonly string[] Tools = ["arm-none-eabi-gcc", "qemu-system-arm", "gcc"];

    /// <summary>All targets of the Arm back end that name a board.</summary>
    public static IEnumerable<string> TargetNames { get; } =
        [.. Directory.GetFiles(TargetsFolder, "*.yaml").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    /// <summary>Folder of the boards.</summary>
    public static string BoardsFolder => Path.Combine(TestData.RepositoryRoot, "qemu-tests", "boards");

    /// <summary>Folder of the plugin's sources.</summary>
    public static string PluginFolder => Path.Combine(TestData.RepositoryRoot, "qemu-tests", "plugin");

    private static string TargetsFolder => Path.Combine(TestData.RepositoryRoot, "backends", "arm-cmsis", "targets");

    /// <summary>Skips the test where a program is not installed.</summary>
    public static void RequireTools()
    {
        foreach (var tool in Tools)
            Skip.IfNot(IsInstalled(tool), $"{tool} is not installed: sudo apt-get install gcc-arm-none-eabi qemu-system-arm gcc");
    }

    /// <summary>Reads a target of the Arm back end.</summary>
    public static TargetMachine Target(string name)
    {
        var file = Path.Combine(TargetsFolder, name + ".yaml");
        var diagnostics = new DiagnosticBag();
        var target = TargetFile.Parse(file, File.ReadAllText(file), diagnostics);
        Assert.True(target is not null, Text(diagnostics));
        return target;
    }

    /// <summary>Reads the board of a target.</summary>
    public static BoardDescription Board(TargetMachine target)
    {
        var diagnostics = new DiagnosticBag();
        var board = BoardDescription.Load(BoardsFolder, target.Board!, diagnostics);
        Assert.True(board is not null, Text(diagnostics));
        return board;
    }

    /// <summary>The counting plugin.</summary>
    public static string Plugin()
    {
        var diagnostics = new DiagnosticBag();
        var plugin = PluginBuilder.Build(PluginFolder, Path.Combine(TestData.RepositoryRoot, ".build", "plugin"), diagnostics);
        Assert.True(plugin is not null, Text(diagnostics));
        return plugin;
    }

    /// <summary>A library of one C file; the model is called <c>test</c>.</summary>
    public static FirmwareSources Library(
        TestFolder folder, string code, int inputBytes = 4, int outputBytes = 4, int arenaBytes = 64, params string[] layers)
    {
        ArgumentNullException.ThrowIfNull(folder);
        folder.Write("brim_test.h", "#pragma GCC diagnostic ignored \"-Wunused-parameter\"\n#include <stdint.h>\nvoid brim_test_run(const int8_t *in, int8_t *out, void *arena);\n");
        var source = folder.Write("model.c", "#include \"brim_test.h\"\n" + code);
        return new FirmwareSources("test", "brim_test.h", [folder.Path], [source], [new TensorBuffer(inputBytes)], [new TensorBuffer(outputBytes)],
            arenaBytes, [.. layers]);
    }

    /// <summary>Builds a library for a target; fails the test if it does not build.</summary>
    public static FirmwareImage Build(TestFolder folder, FirmwareSources sources, string target)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var machine = Target(target);
        var diagnostics = new DiagnosticBag();
        var image = FirmwareImageBuilder.Build(sources, machine, Board(machine), folder.Path, diagnostics);
        Assert.True(image is not null, Text(diagnostics));
        return image;
    }

    /// <summary>Builds and runs a library with counting; fails the test if anything is reported.</summary>
    public static EmulationResult Count(TestFolder folder, FirmwareSources sources, string target, params byte[] inputs)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(inputs);
        var image = Build(folder, sources, target);
        var diagnostics = new DiagnosticBag();
        var data = inputs.Length == 0 ? new byte[sources.InputBytes] : inputs;
        var result = QemuRunner.Run(image, data, new QemuOptions(TimeSpan.FromSeconds(60), Plugin()), folder.Path, diagnostics);
        Assert.True(diagnostics.Items.Count == 0, Text(diagnostics));
        return result!;
    }

    /// <summary>All diagnostics as text.</summary>
    public static string Text(DiagnosticBag diagnostics) => string.Join('\n', diagnostics.Items);

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
