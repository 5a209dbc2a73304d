using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Brim.Core.Diagnostics;

namespace Brim.Emulation;

/// <summary>Runs images in the emulator.</summary>
public static partial class QemuRunner
{
    private const string InputFile = "inputs.bin";
    private const string OutputFile = "outputs.bin";
    private const string ConfigurationFile = "counter.cfg";
    private const string ReportFile = "counter.txt";

    private const int ExitHostFile = 11;
    private const int ExitGuard = 12;
    private const int ExitStackOverflow = 13;
    private const int ExitFault = 14;

    /// <summary>Runs one inference for every record of inputs; null after reporting why not.</summary>
    /// <param name="image">The image.</param>
    /// <param name="inputs">Inputs of all inferences, one after the other without padding.</param>
    /// <param name="options">Limit and counting.</param>
    /// <param name="folder">An existing folder for the files that the emulated program reads and writes; files in it are overwritten.</param>
    /// <param name="diagnostics">Takes the errors.</param>
    public static EmulationResult? Run(FirmwareImage image, ReadOnlySpan<byte> inputs, QemuOptions options, string folder, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(diagnostics);
        var record = image.Sources.InputBytes;
        if (inputs.Length == 0 || inputs.Length % record != 0)
        {
            diagnostics.Report(EmulationDiagnostics.BadInputs, new SourceLocation(image.Sources.Model),
                string.Create(CultureInfo.InvariantCulture, $"{inputs.Length} input bytes are no multiple of {record}"));
            return null;
        }
        var root = Path.GetFullPath(folder);
        File.WriteAllBytes(Path.Combine(root, InputFile), inputs);
        File.Delete(Path.Combine(root, OutputFile));
        if (options.Plugin is not null)
        {
            var costs = image.Target.Costs ?? throw new ArgumentException($"target {image.Target.Name} has no costs", nameof(image));
            File.WriteAllText(Path.Combine(root, ConfigurationFile), CounterConfiguration.Write(image, costs, ReportFile, diagnostics));
        }

        var board = image.Board;
        var result = Tool.Run(board.Emulator, board.Package, Arguments(image, options), root, options.Timeout, diagnostics);
        if (result is null || !Succeeded(image, options, result, diagnostics))
            return null;
        return Collect(image, options, root, result, diagnostics);
    }

    private static List<string> Arguments(FirmwareImage image, QemuOptions options)
    {
        List<string> arguments =
        [
            .. image.Board.EmulatorFlags, "-display", "none", "-monitor", "none", "-serial", "none", "-nodefaults", "-semihosting-config",
            $"enable=on,target=native,arg=image,arg={InputFile},arg={OutputFile}", "-kernel", image.Path,
        ];
        if (options.Plugin is not null)
            arguments.AddRange(["-plugin", $"{options.Plugin},config={ConfigurationFile}"]);
        return arguments;
    }

    private static bool Succeeded(FirmwareImage image, QemuOptions options, ToolResult result, DiagnosticBag diagnostics)
    {
        var place = new SourceLocation(image.Sources.Model, $"{image.Target.Name} on {image.Board.Name}");
        if (result.TimedOut)
        {
            diagnostics.Report(EmulationDiagnostics.TimedOut, place,
                string.Create(CultureInfo.InvariantCulture, $"stopped after {options.Timeout.TotalSeconds} s"), null, result.LastLines(5));
            return false;
        }
        if (result.ExitCode == 0)
            return true;
        var message = result.ExitCode switch
        {
            ExitHostFile => "the program could not read its inputs or write its outputs",
            ExitGuard => "the model wrote outside of its arena or outputs",
            ExitStackOverflow => "the model used the whole stack",
            ExitFault when result.Output.Contains("stack-overflow", StringComparison.Ordinal) => "the stack overflowed",
            ExitFault => $"the processor took a fault{FaultPlace(image, result.Output)}",
            _ => string.Create(CultureInfo.InvariantCulture, $"the emulator ended with exit code {result.ExitCode}"),
        };
        diagnostics.Report(EmulationDiagnostics.RunFailed, place, message, null, result.LastLines(10));
        return false;
    }

    private static string FaultPlace(FirmwareImage image, string output)
    {
        var match = FaultAddress().Match(output);
        return match.Success
            && image.Elf.FunctionAt(long.Parse(match.Groups[1].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture)) is { } function
            ? $" in {function.Name}"
            : "";
    }

    private static EmulationResult? Collect(FirmwareImage image, QemuOptions options, string root, ToolResult result, DiagnosticBag diagnostics)
    {
        var line = ResultLine().Match(result.Output);
        var outputs = File.ReadAllBytes(Path.Combine(root, OutputFile));
        if (!line.Success)
        {
            diagnostics.Report(EmulationDiagnostics.RunFailed, new SourceLocation(image.Sources.Model), "the program ended without a result line", null, result.LastLines(10));
            return null;
        }
        var inferences = int.Parse(line.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        var painted = long.Parse(line.Groups[2].ValueSpan, CultureInfo.InvariantCulture);
        var sizes = image.Sizes;
        if (options.Plugin is null)
            return new EmulationResult(ImmutableArray.Create(outputs), inferences, painted, false, painted, sizes, null);

        var report = CounterReport.Parse(File.ReadLines(Path.Combine(root, ReportFile)), image.Elf);
        var counts = report.ToCounts(image, image.Target.Costs!, diagnostics);
        if (counts.PerInference.Length != inferences)
            throw new InvalidDataException("the counter saw another number of inferences than the program");
        var stack = report.IsStackExact ? report.StackBytes : painted;
        return new EmulationResult(ImmutableArray.Create(outputs), inferences, stack, report.IsStackExact, painted, sizes, counts);
    }

    [GeneratedRegex("^BRIM-RESULT inferences=(\\d+) stack=(\\d+)", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex ResultLine();

    [GeneratedRegex("BRIM-FAULT .*\\bpc=0x([0-9a-f]{8})", RegexOptions.CultureInvariant)]
    private static partial Regex FaultAddress();
}
