using System.Text.Json;
using System.Text.Json.Nodes;

namespace Brim.Bench;

/// <summary>
/// The benchmark's parts, each measured on its own or taken from its last run (.build/bench), so that one can be repeated without the others.
/// </summary>
/// <param name="root">The repository.</param>
/// <param name="selected">Parts to measure; all if empty.</param>
internal sealed class BenchParts(string root, IReadOnlyCollection<string> selected)
{
    /// <summary>Names of the parts; the last measures nothing and makes the tables of the last runs.</summary>
    public static IReadOnlyList<string> Names { get; } = ["layers", "networks", "quantized", "report"];

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>A part's results: measured, or those of the last run; none if there was no run.</summary>
    public List<T> Get<T>(string part, Func<List<T>> measure, Func<T, JsonNode> write, Func<JsonNode, T> read)
    {
        var path = Path.Combine(root, ".build", "bench", part + ".json");
        if (selected.Count > 0 && !selected.Contains(part))
            return File.Exists(path) ? [.. JsonNode.Parse(File.ReadAllText(path))!.AsArray().Select(n => read(n!))] : [];
        var results = measure();
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path + ".new", Text(new JsonArray([.. results.Select(write)])));
        File.Move(path + ".new", path, overwrite: true);
        return results;
    }

    /// <summary>Indented, LF, with a line end.</summary>
    public static string Text(JsonNode json) => json.ToJsonString(Indented).ReplaceLineEndings("\n") + "\n";
}
