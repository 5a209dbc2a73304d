namespace Brim.Cli;

/// <summary>The command-line program: the composition root.</summary>
public static class Program
{
    /// <summary>Runs a command; returns the process exit code.</summary>
    public static int Main(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        return CommandLineProgram.Run(args, Console.Out, Console.Error, AppContext.BaseDirectory);
    }
}
