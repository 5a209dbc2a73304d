using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Brim.Check.Certificates;

namespace Brim.Check;

/// <summary>The files of a library, read from a directory or given by a test.</summary>
/// <param name="Directory">Directory as the user gave it.</param>
/// <param name="Sources">Paths of the C files in the library.</param>
/// <param name="Read">Text of a file, by its path in the library.</param>
internal sealed record LibraryFiles(string Directory, Func<IEnumerable<string>> Sources, Func<string, string> Read)
{
    /// <summary>Name of the manifest.</summary>
    public const string ManifestName = "manifest.json";

    /// <summary>Of a directory.</summary>
    public static LibraryFiles Of(string directory) => new(directory, () => SourcesOf(directory), path =>
    {
        // A certificate may name any file; it must not reach outside of the library.
        if (path.Length == 0 || Path.IsPathRooted(path) || path.Split('/', '\\').Contains(".."))
            throw new CheckFailure(CheckDiagnostics.UnreadableLibrary, $"'{path}' is no path within the library");
        try
        {
            return File.ReadAllText(Path.Combine(directory, path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new CheckFailure(CheckDiagnostics.UnreadableLibrary, e.Message);
        }
    });

    private static string[] SourcesOf(string directory)
    {
        try
        {
            return
            [
                .. new[] { "include", "src" }.Select(f => Path.Combine(directory, f)).Where(System.IO.Directory.Exists)
                    .SelectMany(f => System.IO.Directory.EnumerateFiles(f, "*", SearchOption.AllDirectories))
                    .Where(f => f.EndsWith(".c", StringComparison.Ordinal) || f.EndsWith(".h", StringComparison.Ordinal))
                    .Select(f => Path.GetRelativePath(directory, f).Replace('\\', '/')),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CheckFailure(CheckDiagnostics.UnreadableLibrary, e.Message);
        }
    }

    /// <summary>SHA-256 of a text in UTF-8 with LF line ends, in lower-case hexadecimal.</summary>
    public static string Digest(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.Replace("\r\n", "\n", StringComparison.Ordinal))));

    /// <summary>Members of the manifest that the checker needs: the model's name, the library's identity, and the elements of the inputs.</summary>
    public (string Model, string Fingerprint, string Target, string[] InputElements) Manifest()
    {
        try
        {
            using var document = JsonDocument.Parse(Read(ManifestName), new JsonDocumentOptions { MaxDepth = 16 });
            var root = new JsonReader(document.RootElement, "manifest");
            return (root["model"].String(), root["fingerprint"].String(), root["target"].String(), [.. root["inputs"].Items().Select(i => i["element"].String())]);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw CheckFailure.Code($"manifest.json: {e.Message}");
        }
    }
}
