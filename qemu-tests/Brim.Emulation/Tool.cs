using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Brim.Core.Diagnostics;

namespace Brim.Emulation;

/// <summary>Runs programs that are not part of Brim.</summary>
internal static class Tool
{
    /// <summary>Runs a program to its end or time limit; null after reporting that it is not installed.</summary>
    /// <param name="command">Command, found on the search path.</param>
    /// <param name="package">Debian packages that have it, separated by spaces.</param>
    /// <param name="arguments">Arguments, passed without a shell.</param>
    /// <param name="folder">Working folder.</param>
    /// <param name="timeout">Time limit, after which the program and its children are killed.</param>
    /// <param name="diagnostics">Takes the report of a missing program.</param>
    public static ToolResult? Run(string command, string package, IEnumerable<string> arguments, string folder, TimeSpan timeout, DiagnosticBag diagnostics)
    {
        using var process = new Process();
        process.StartInfo = new ProcessStartInfo(command, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var output = new StringBuilder();
        process.OutputDataReceived += (_, line) => Append(output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(output, line.Data);
        try
        {
            process.Start();
        }
        catch (Win32Exception)
        {
            diagnostics.Report(EmulationDiagnostics.MissingTool, SourceLocation.Generated, $"{command} is not installed",
                $"sudo apt-get install {package}");
            return null;
        }
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (process.WaitForExit(timeout))
        {
            process.WaitForExit(); // the overload without a limit also waits for the end of the output
            lock (output)
                return new ToolResult(process.ExitCode, output.ToString(), false);
        }
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        lock (output)
            return new ToolResult(-1, output.ToString(), true);
    }

    private static void Append(StringBuilder output, string? line)
    {
        if (line is null)
            return;
        lock (output)
            output.Append(line).Append('\n');
    }
}
