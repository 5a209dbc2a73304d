namespace Brim.Core.Diagnostics;

/// <summary>How bad a diagnostic is. Any <see cref="Error"/> makes a command fail with exit code 1.</summary>
public enum Severity
{
    /// <summary>Extra information that needs no action.</summary>
    Note,

    /// <summary>The result is valid, but probably not what the user wants.</summary>
    Warning,

    /// <summary>The input cannot be processed.</summary>
    Error,
}
