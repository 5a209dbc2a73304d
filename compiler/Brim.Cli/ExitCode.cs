namespace Brim.Cli;

/// <summary>Process exit codes; a contract with scripts.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Success = 0;

    /// <summary>Errors in the input.</summary>
    public const int InputError = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>Emulated outputs differ from the interpreter's.</summary>
    public const int Mismatch = 3;

    /// <summary>Interrupted by the user: 128 + SIGINT, as shells count.</summary>
    public const int Interrupted = 130;

    /// <summary>A bug in Brim.</summary>
    public const int Internal = 70;
}
