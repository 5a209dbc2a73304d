using System.Reflection;

namespace Brim.Cli;

/// <summary>Version of this build.</summary>
internal static class ProgramVersion
{
    /// <summary>Three-part version.</summary>
    public static string Current { get; } = typeof(ProgramVersion).Assembly.GetName().Version is { } v ? v.ToString(3) : "0.0.0";
}
