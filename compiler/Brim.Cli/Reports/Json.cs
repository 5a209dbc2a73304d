using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Brim.Cli.Reports;

/// <summary>JSON on standard output: indented, LF, in the order the report was built.</summary>
internal static class Json
{
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Prints a document.</summary>
    public static void Write(TextWriter writer, JsonNode node) => writer.WriteLine(Text(node));

    /// <summary>A document's text, without a last line end.</summary>
    public static string Text(JsonNode node) => node.ToJsonString(Options).ReplaceLineEndings("\n");
}
