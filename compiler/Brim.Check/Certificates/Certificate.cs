using System.Text.Json;

namespace Brim.Check.Certificates;

/// <summary>A parsed certificate.</summary>
/// <param name="Model">Model name.</param>
/// <param name="Fingerprint">SHA-256 of model, target and options.</param>
/// <param name="Target">Target.</param>
/// <param name="Files">SHA-256 of each source by path.</param>
/// <param name="Layers">Layers in order of execution.</param>
internal sealed record Certificate(string Model, string Fingerprint, string Target, Dictionary<string, string> Files, CertifiedLayer[] Layers)
{
    /// <summary>Name of the file in a library.</summary>
    public const string FileName = "certificate.json";

    /// <summary>The schema version that this checker reads.</summary>
    public const int Schema = 1;

    private const int DeepestNesting = 16;

    /// <summary>Reads a certificate.</summary>
    /// <exception cref="CheckFailure">The text is no certificate of a known schema.</exception>
    public static Certificate Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = DeepestNesting });
            var root = new JsonReader(document.RootElement, "certificate");
            if (root["schema"].Integer() != Schema)
                throw CheckFailure.Certificate($"the schema is version {root["schema"].Integer()}, this checker reads version {Schema}");
            var files = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var (name, value) in root["files"].Members())
                files[name] = value.String();
            return new Certificate(
                root["model"].String(), root["fingerprint"].String(), root["target"].String(), files, [.. root["layers"].Items().Select(CertifiedLayer.Of)]);
        }
        catch (JsonException e)
        {
            throw CheckFailure.Certificate(e.Message);
        }
        catch (InvalidOperationException e)
        {
            // A string with a broken escape sequence parses and cannot be read.
            throw CheckFailure.Certificate(e.Message);
        }
    }
}
