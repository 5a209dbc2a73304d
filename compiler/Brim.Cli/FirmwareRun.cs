using System.Collections.Immutable;
using Brim.Compile.Emit;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Emulation;

namespace Brim.Cli;

/// <summary>Builds a generated library in a temporary folder and runs it, on the host or on the target's emulated board.</summary>
internal sealed class FirmwareRun(Compilation compilation, CommandContext context, TimeSpan timeout)
{
    private const string BoardsFolder = "qemu-tests/boards";
    private const string PluginFolder = "qemu-tests/plugin";

    /// <summary>Runs the inferences; null with diagnostics on errors.</summary>
    public FirmwareMeasurement? Execute(ImmutableArray<ImmutableArray<Tensor>> inputs)
    {
        var folder = Directory.CreateTempSubdirectory("brim-");
        try
        {
            var library = Path.Combine(folder.FullName, "library");
            if (!OutputDirectory.Write(library, compilation.Library.Files, context.Diagnostics))
                return null;
            byte[] bytes = [.. inputs.SelectMany(i => i.SelectMany(t => t.ToBytes()))];
            return compilation.Backend.Target.Name == TargetCatalog.HostTarget
                ? Host(Sources(library), bytes, folder.FullName)
                : Emulated(Sources(library), bytes, folder.FullName);
        }
        finally
        {
            folder.Delete(true);
        }
    }

    private FirmwareSources Sources(string library)
    {
        var program = compilation.Compiled.Program;
        return new FirmwareSources(
            compilation.Library.Names.Model,
            compilation.Library.Names.HeaderFile,
            [Path.Combine(library, "include"), Path.Combine(library, "src")],
            [.. compilation.Library.Sources.Select(s => Path.Combine(library, s))],
            [.. program.Graph.Inputs.Select(Buffer)],
            [.. program.Graph.Outputs.Select(Buffer)],
            program.ArenaBytes,
            [.. program.Steps.Select(s => s.Node.Name)]);

        TensorBuffer Buffer(int id) => new(
            checked((int)program.Graph.TypeOf(id).Bytes), program.Offsets.TryGetValue(id, out var offset) ? offset : null);
    }

    private FirmwareMeasurement? Host(FirmwareSources sources, byte[] inputs, string folder) =>
        HostRunner.Run(sources, Path.Combine(context.Root, BoardsFolder), inputs, new HostOptions(timeout), folder, context.Diagnostics) is { } outputs
            ? new FirmwareMeasurement(outputs, null)
            : null;

    private FirmwareMeasurement? Emulated(FirmwareSources sources, byte[] inputs, string folder)
    {
        var target = compilation.Backend.Target;
        if (target.Board is null)
        {
            context.Diagnostics.Report(CliDiagnostics.NotEmulated, new SourceLocation("--target"), $"'{target.Name}' has no emulated board");
            return null;
        }
        if (BoardDescription.Load(Path.Combine(context.Root, BoardsFolder), target.Board, context.Diagnostics) is not { } board
            || PluginBuilder.Build(Path.Combine(context.Root, PluginFolder), PluginCache(), context.Diagnostics) is not { } plugin
            || FirmwareImageBuilder.Build(sources, target, board, folder, context.Diagnostics) is not { } image
            || QemuRunner.Run(image, inputs, new QemuOptions(timeout, plugin), folder, context.Diagnostics) is not { } result)
        {
            return null;
        }
        return new FirmwareMeasurement(result.Outputs, result);
    }

    private static string PluginCache()
    {
        var path = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "brim");
        Directory.CreateDirectory(path);
        return path;
    }
}
