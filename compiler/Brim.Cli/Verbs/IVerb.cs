namespace Brim.Cli.Verbs;

/// <summary>A command: its options, and what it does.</summary>
internal interface IVerb
{
    /// <summary>Runs the command; returns the exit code.</summary>
    int Execute(CommandContext context);
}
