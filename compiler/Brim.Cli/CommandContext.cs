using Brim.Core.Diagnostics;

namespace Brim.Cli;

/// <summary>Streams of a command and its findings: results go to <see cref="Out"/>, diagnostics and progress to <see cref="Error"/>.</summary>
/// <param name="Out">Standard output.</param>
/// <param name="Error">Standard error.</param>
/// <param name="Root">Folder of the installed kernel sources, targets and boards.</param>
/// <param name="Cancellation">Set when the user interrupts the command.</param>
internal sealed record CommandContext(TextWriter Out, TextWriter Error, string Root, CancellationToken Cancellation = default)
{
    /// <summary>The command's findings.</summary>
    public DiagnosticBag Diagnostics { get; } = new();

    /// <summary>Prints the findings; returns the exit code they ask for.</summary>
    public int Finish()
    {
        foreach (var diagnostic in Diagnostics.Items)
            Error.WriteLine(diagnostic);
        return Diagnostics.HasErrors ? ExitCode.InputError : ExitCode.Success;
    }
}
