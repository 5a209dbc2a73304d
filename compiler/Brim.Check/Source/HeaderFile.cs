using System.Globalization;

namespace Brim.Check.Source;

/// <summary>Reads the emitted public header.</summary>
internal static class HeaderFile
{
    /// <summary>The size of the arena that callers are told to give.</summary>
    public static long ArenaBytes(string file, string text, string prefix)
    {
        var macro = $"#define {prefix.ToUpperInvariant()}_ARENA_BYTES ";
        var lines = text.Split('\n').Where(l => l.StartsWith(macro, StringComparison.Ordinal)).ToList();
        return lines.Count == 1 && long.TryParse(lines[0][macro.Length..].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
            ? bytes
            : throw CheckFailure.Code($"{file}: the size of the arena is not defined once");
    }
}
