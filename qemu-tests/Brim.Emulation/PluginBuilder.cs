using System.Globalization;
using System.Security.Cryptography;
using Brim.Core.Diagnostics;

namespace Brim.Emulation;

/// <summary>Builds the counting plugin with the host's C compiler.</summary>
public static class PluginBuilder
{
    private static readonly TimeSpan CompileLimit = TimeSpan.FromMinutes(2);

    private static readonly string[] Flags =
        ["-std=c11", "-O2", "-fPIC", "-shared", "-fvisibility=hidden", "-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Werror"];

    /// <summary>Builds the plugin, or takes it from the cache; its path, or null after reporting why it cannot be built.</summary>
    /// <param name="pluginFolder">The folder <c>qemu-tests/plugin</c>.</param>
    /// <param name="cacheFolder">Folder for the result, made if it does not exist; the file is named by a hash of the sources.</param>
    /// <param name="diagnostics">Takes the errors.</param>
    public static string? Build(string pluginFolder, string cacheFolder, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        var files = Directory.GetFiles(Path.GetFullPath(pluginFolder)).Where(f => f.EndsWith(".c", StringComparison.Ordinal) || f.EndsWith(".h", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).ToList();
        Directory.CreateDirectory(cacheFolder);
        var cache = Path.GetFullPath(cacheFolder);
        var library = Path.Combine(cache, $"libbrim_counter-{Hash(files)}.so");
        if (File.Exists(library))
            return library;

        // Under another name first: a test process beside this one must never load half a file.
        var unfinished = string.Create(CultureInfo.InvariantCulture, $"{library}.{Environment.ProcessId}.{Environment.CurrentManagedThreadId}");
        string[] arguments = [.. Flags, "-o", unfinished, .. files.Where(f => f.EndsWith(".c", StringComparison.Ordinal))];
        var result = Tool.Run("gcc", "gcc libc6-dev", arguments, cache, CompileLimit, diagnostics);
        if (result is null)
            return null;
        if (result.ExitCode != 0)
        {
            diagnostics.Report(EmulationDiagnostics.BuildFailed, new SourceLocation(pluginFolder), "the counting plugin does not build", null, result.FirstLines(20));
            return null;
        }
        File.Move(unfinished, library, overwrite: true);
        return library;
    }

    private static string Hash(IEnumerable<string> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
            hash.AppendData(File.ReadAllBytes(file));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
