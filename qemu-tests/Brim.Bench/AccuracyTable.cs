using System.Globalization;
using System.Text.Json.Nodes;

namespace Brim.Bench;

/// <summary>Accuracies that <c>make accuracy</c> recorded (compiler/docs/accuracy.json, and .build/accuracy where a row is newer).</summary>
internal sealed class AccuracyTable(string root)
{
    private readonly JsonArray? _rows = Read(Path.Combine(root, "compiler", "docs", "accuracy.json"))?["rows"]?.AsArray();

    /// <summary>A row's figure with its unit; empty if there is none.</summary>
    public string Show(string row)
    {
        var recorded = Read(Path.Combine(root, ".build", "accuracy", row + ".json"))?["evaluation"]
            ?? _rows?.FirstOrDefault(r => r!["row"]!.GetValue<string>() == row);
        if (recorded?["top1"] is { } top1)
            return top1.GetValue<double>().ToString("F2", CultureInfo.InvariantCulture) + " %";
        return recorded?["mse"] is { } error ? error.GetValue<double>().ToString("F2", CultureInfo.InvariantCulture) + " MSE" : "";
    }

    private static JsonNode? Read(string path) => File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path)) : null;
}
