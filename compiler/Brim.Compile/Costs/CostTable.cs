using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Brim.Compile.Targets;
using Brim.Core.Diagnostics;

namespace Brim.Compile.Costs;

/// <summary>
/// The kernels' instruction counts in the code of one instruction set: a file <c>costs/NAME.json</c> beside a family's kernels. Files are
/// fitted to measurements and never written by hand.
/// </summary>
/// <param name="Architectures">Architectures of the targets whose code this is.</param>
/// <param name="MeasuredOn">Name of the target that was measured.</param>
/// <param name="Kernels">By kernel function.</param>
public sealed record CostTable(
    ImmutableArray<string> Architectures, string MeasuredOn, ImmutableSortedDictionary<string, KernelCosts> Kernels)
{
    private const int Digits = 4;

    /// <summary>Reads a file; null after reporting what is wrong with it.</summary>
    /// <param name="file">File name for messages.</param>
    /// <param name="text">The file's text.</param>
    /// <param name="diagnostics">Takes the error.</param>
    public static CostTable? Parse(string file, string text, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            return new CostTable(
                [.. root.GetProperty("architectures").EnumerateArray().Select(a => a.GetString()!)],
                root.GetProperty("measuredOn").GetString()!,
                root.GetProperty("kernels").EnumerateObject().ToImmutableSortedDictionary(k => k.Name, k => ReadKernel(k.Value), StringComparer.Ordinal));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            diagnostics.Report(CostDiagnostics.BadCostTable, new SourceLocation(file), e.Message);
            return null;
        }
    }

    /// <summary>The file's text: sorted keys, LF, numbers rounded to four decimals.</summary>
    public string ToJson()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteStartArray("architectures");
            foreach (var architecture in Architectures)
                json.WriteStringValue(architecture);
            json.WriteEndArray();
            json.WriteString("measuredOn", MeasuredOn);
            json.WriteStartObject("kernels");
            foreach (var (function, kernel) in Kernels)
                WriteKernel(json, function, kernel);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static void WriteKernel(Utf8JsonWriter json, string function, KernelCosts kernel)
    {
        json.WriteStartObject(function);
        json.WriteNumber("samples", kernel.Samples);
        json.WriteNumber("worstError", Math.Round(kernel.WorstError, Digits));
        json.WriteStartObject("levels");
        foreach (var (level, classes) in kernel.Levels)
        {
            // One line a level.
            var line = classes.Where(c => Math.Round(c.Value, Digits) > 0)
                .Select(c => string.Create(CultureInfo.InvariantCulture, $"\"{TargetFile.CostKey(c.Key)}\": {Math.Round(c.Value, Digits)}"));
            json.WritePropertyName(level);
            json.WriteRawValue($"{{ {string.Join(", ", line)} }}");
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static KernelCosts ReadKernel(JsonElement kernel) => new(
        kernel.GetProperty("levels").EnumerateObject().ToImmutableSortedDictionary(
            l => l.Name,
            l => l.Value.EnumerateObject().ToImmutableSortedDictionary(c => TargetFile.ClassOf(c.Name), c => Times(c.Value)),
            StringComparer.Ordinal),
        kernel.GetProperty("samples").GetInt32(),
        kernel.GetProperty("worstError").GetDouble());

    private static double Times(JsonElement number) => number.GetDouble() is >= 0 and < 1e6 and var times
        ? times
        : throw new FormatException($"{number} is no number of instructions");
}
