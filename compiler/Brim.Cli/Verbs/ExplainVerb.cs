using Brim.Core.Diagnostics;
using CommandLine;

namespace Brim.Cli.Verbs;

/// <summary><c>brim explain</c>: what a diagnostic code means.</summary>
[Verb("explain", HelpText = "Explain a diagnostic code, or list all codes.")]
internal sealed class ExplainVerb : IVerb
{
    /// <summary>The code.</summary>
    [Value(0, MetaName = "CODE", HelpText = "A code such as BRIM4101; all codes are listed if absent.")]
    public string? Code { get; set; }

    /// <inheritdoc/>
    public int Execute(CommandContext context)
    {
        if (Code is null)
        {
            foreach (var d in DiagnosticCatalog.All)
                context.Out.WriteLine($"{d.Code}  {d.Title}");
            return ExitCode.Success;
        }
        if (DiagnosticCatalog.All.FirstOrDefault(d => d.Code.Equals(Code, StringComparison.OrdinalIgnoreCase)) is not { } found)
        {
            context.Diagnostics.Report(CliDiagnostics.UnknownCode, new SourceLocation("explain"), $"'{Code}' is not a diagnostic code", "list them with `brim explain`");
            return context.Finish();
        }
        context.Out.WriteLine($"{found.Code}: {found.Title}\n\n{found.Explanation}");
        return ExitCode.Success;
    }
}
