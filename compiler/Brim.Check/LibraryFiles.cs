using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Brim.Check.Certificates;

namespace Brim.Check;

/// <summary>The files of a library, read from a directory or given by a test.</summary>
/// <param name="Directory">Directory as the user gave it.</param>
/// <param name="Read">Text of a file, by its path in the library.</param>
internal sealed record LibraryFiles(string Directory, Func<string, string> Read)
{
    /// <summary>Of a directory.</summary>
    public static LibraryFiles Of(string directory) => new(directory, path =>
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

    /// <summary>SHA-256 of a text in UTF-8 with LF line ends, in lower-case hexadecimal.</summary>
    public static string Digest(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.Replace("\r\n", "\n", StringComparison.Ordinal))));

    /// <summary>Members of the manifest that the checker needs: the model's name, the library's identity, and the elements of the inputs.</summary>
    public (string Model, string Fingerprint, string Target, string[] InputElements) Manifest()
    {
        try
        {
            using var document = JsonDocument.Parse(Read("manifest.json"), new JsonDocumentOptions { MaxDepth = 16 });
            var root = new JsonReader(document.RootElement, "manifest");
            return (root["model"].String(), root["fingerprint"].String(), root["target"].String(), [.. root["inputs"].Items().Select(i => i["element"].String())]);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw CheckFailure.Code($"manifest.json: {e.Message}");
        }
    }
}
