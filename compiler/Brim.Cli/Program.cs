using System.Runtime.InteropServices;

namespace Brim.Cli;

/// <summary>The command-line program: the composition root.</summary>
public static class Program
{
    /// <summary>Runs a command; returns the process exit code.</summary>
    public static int Main(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        using var interrupted = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        return CommandLineProgram.Run(args, Console.Out, Console.Error, AppContext.BaseDirectory, interrupted.Token);

        void Stop(PosixSignalContext signal)
        {
            // The first signal asks long commands to stop; a second one ends the process at once.
            signal.Cancel = !interrupted.IsCancellationRequested;
            interrupted.Cancel();
        }
    }
}
