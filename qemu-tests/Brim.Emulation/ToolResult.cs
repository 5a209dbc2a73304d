namespace Brim.Emulation;

/// <summary>What a program did.</summary>
/// <param name="ExitCode">Exit code; -1 if it was stopped.</param>
/// <param name="Output">Standard output and standard error, in the order received.</param>
/// <param name="TimedOut">True if it was stopped at its time limit.</param>
internal sealed record ToolResult(int ExitCode, string Output, bool TimedOut)
{
    /// <summary>The first lines of the output, without empty ones: compilers and sanitizers say the cause first.</summary>
    public string[] FirstLines(int count) => [.. Lines.Take(count)];

    /// <summary>The last lines of the output, without empty ones.</summary>
    public string[] LastLines(int count) => [.. Lines.TakeLast(count)];

    private string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
