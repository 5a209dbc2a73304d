using Brim.Cli.Reports;
using CommandLine;
using Spectre.Console;

namespace Brim.Cli.Verbs;

/// <summary><c>brim targets</c>: what can be compiled for.</summary>
[Verb("targets", HelpText = "List the targets.")]
internal sealed class TargetsVerb : IVerb
{
    /// <inheritdoc/>
    public int Execute(CommandContext context)
    {
        var table = ConsoleTables.Create("target", "description", "features", "emulated on");
        foreach (var backend in TargetCatalog.Load(context.Root, context.Diagnostics))
            table.Row(backend.Target.Name, backend.Target.Description, string.Join(' ', backend.Target.Features), backend.Target.Board ?? "-");
        ConsoleTables.On(context.Out).Write(table);
        return context.Finish();
    }
}
