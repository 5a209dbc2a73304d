using Brim.Cli.Verbs;
using CommandLine;
using CommandLine.Text;

namespace Brim.Cli;

/// <summary>Parses the command line and runs the verb. Everything a test needs to run a command in-process.</summary>
internal static class CommandLineProgram
{
    /// <summary>The verbs, in the order of a user's journey; <c>--help</c> lists them so.</summary>
    private static readonly Type[] Verbs =
    [
        typeof(CompileVerb), typeof(CheckVerb), typeof(RunVerb), typeof(VerifyVerb), typeof(SearchVerb), typeof(QuantizeVerb), typeof(EvaluateVerb),
        typeof(InspectVerb), typeof(TargetsVerb), typeof(ExplainVerb),
    ];

    /// <summary>Runs one command; returns the exit code.</summary>
    public static int Run(string[] args, TextWriter output, TextWriter error, string root, CancellationToken cancellation = default)
    {
        var context = new CommandContext(output, error, root, cancellation);
        using var parser = new Parser(settings =>
        {
            settings.HelpWriter = null;
            settings.CaseInsensitiveEnumValues = true;
            settings.ParsingCulture = System.Globalization.CultureInfo.InvariantCulture;
        });
        // `brim help VERB` is `brim VERB --help`.
        var result = parser.ParseArguments(args is ["help", var verb] ? [verb, "--help"] : args, Verbs);
        return result.MapResult(parsed => Execute((IVerb)parsed, context), errors => Help(result, errors, context));
    }

    private static int Execute(IVerb verb, CommandContext context)
    {
        try
        {
            return verb.Execute(context);
        }
        catch (OperationCanceledException)
        {
            context.Error.WriteLine("brim: interrupted; nothing was written");
            return ExitCode.Interrupted;
        }
#pragma warning disable CA1031 // the last resort: a bug must not look like a user's mistake, and never prints a raw trace unasked
        catch (Exception e)
#pragma warning restore CA1031
        {
            context.Error.WriteLine($"brim: internal error: {e.GetType().Name}: {e.Message}");
            context.Error.WriteLine($"  at {e.StackTrace?.Split('\n').FirstOrDefault()?.Trim()}");
            context.Error.WriteLine("  This is a bug in Brim; please report it with the command and the model.");
            return ExitCode.Internal;
        }
    }

    private static int Help(ParserResult<object> result, IEnumerable<Error> errors, CommandContext context)
    {
        var list = errors.ToList();
        var wanted = list.IsHelp() || list.IsVersion();
        // The index of verbs lists names without dashes; options need theirs.
        var index = list.Any(e => e is NoVerbSelectedError or BadVerbSelectedError or HelpVerbRequestedError { Matched: false });
        var text = HelpText.AutoBuild(result, help =>
        {
            help.Heading = $"Brim {ProgramVersion.Current}: compiles neural networks to firmware libraries for microcontrollers";
            help.Copyright = "";
            help.AdditionalNewLineAfterOption = false;
            return list.IsVersion() ? help : HelpText.DefaultParsingErrorsHandler(result, help);
        }, example => example, verbsIndex: index, maxDisplayWidth: 110);
        (wanted ? context.Out : context.Error).WriteLine(list.IsVersion() ? $"brim {ProgramVersion.Current}" : text.ToString());
        return wanted ? ExitCode.Success : ExitCode.Usage;
    }
}
