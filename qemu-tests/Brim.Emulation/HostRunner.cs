using System.Collections.Immutable;
using System.Globalization;
using Brim.Core.Diagnostics;

namespace Brim.Emulation;

/// <summary>Builds a library with the host's C compiler and runs it there.</summary>
public static class HostRunner
{
    private const string Package = "gcc libc6-dev";
    private const string Program = "model";

    private static readonly TimeSpan CompileLimit = TimeSpan.FromMinutes(5);

    private static readonly string[] Flags = ["-std=gnu11", "-O1", "-g1", "-Wall", "-Wextra", "-Werror"];

    private static readonly string[] SanitizerFlags =
        ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"];

    /// <summary>Runs one inference for every record of inputs; the outputs one after the other, or null after reporting why not.</summary>
    /// <param name="sources">The library.</param>
    /// <param name="boardsFolder">The folder <c>qemu-tests/boards</c>.</param>
    /// <param name="inputs">Inputs of all inferences, one after the other without padding.</param>
    /// <param name="options">Limit and sanitizers.</param>
    /// <param name="folder">An existing folder for the program and its files; files in it are overwritten.</param>
    /// <param name="diagnostics">Takes the errors.</param>
    public static ImmutableArray<byte>? Run(
        FirmwareSources sources, string boardsFolder, ReadOnlySpan<byte> inputs, HostOptions options, string folder, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(diagnostics);
        if (inputs.Length == 0 || inputs.Length % sources.InputBytes != 0)
        {
            diagnostics.Report(EmulationDiagnostics.BadInputs, new SourceLocation(sources.Model),
                string.Create(CultureInfo.InvariantCulture, $"{inputs.Length} input bytes are no multiple of {sources.InputBytes}"));
            return null;
        }
        var root = Path.GetFullPath(folder);
        File.WriteAllText(Path.Combine(root, ModelBinding.FileName), ModelBinding.Write(sources));
        File.WriteAllBytes(Path.Combine(root, "inputs.bin"), inputs);
        string[] arguments =
        [
            .. Flags, .. options.Sanitize ? SanitizerFlags : [], "-I.", .. sources.IncludeFolders.Select(i => $"-I{i}"),
            Path.GetFullPath(Path.Combine(boardsFolder, "host", "main.c")), .. sources.Sources, "-lm", "-o", Program,
        ];
        var build = Tool.Run("gcc", Package, arguments, root, CompileLimit, diagnostics);
        if (build is null)
            return null;
        if (build.ExitCode != 0)
            return Fail(EmulationDiagnostics.BuildFailed, "gcc failed", build, 20);

        var run = Tool.Run(Path.Combine(root, Program), Package, ["inputs.bin", "outputs.bin"], root, options.Timeout, diagnostics);
        if (run is null)
            return null;
        if (run.TimedOut)
            return Fail(EmulationDiagnostics.TimedOut, string.Create(CultureInfo.InvariantCulture, $"stopped after {options.Timeout.TotalSeconds} s"), run, 5);
        if (run.ExitCode != 0)
            return Fail(EmulationDiagnostics.RunFailed, string.Create(CultureInfo.InvariantCulture, $"the program ended with exit code {run.ExitCode}"), run, 30);
        return ImmutableArray.Create(File.ReadAllBytes(Path.Combine(root, "outputs.bin")));

        ImmutableArray<byte>? Fail(DiagnosticDescriptor descriptor, string message, ToolResult result, int lines)
        {
            diagnostics.Report(descriptor, new SourceLocation(sources.Model, "host"), message, null, result.FirstLines(lines));
            return null;
        }
    }
}
