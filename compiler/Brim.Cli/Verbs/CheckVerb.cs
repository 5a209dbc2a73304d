using System.Text.Json.Nodes;
using Brim.Check;
using Brim.Cli.Reports;
using CommandLine;

namespace Brim.Cli.Verbs;

/// <summary><c>brim check</c>: proves from a library's files that no accumulator can overflow, and that its certificate says the same.</summary>
[Verb("check", HelpText = "Prove from a compiled library's own files that no accumulator can overflow.")]
internal sealed class CheckVerb : IVerb
{
    /// <summary>Library.</summary>
    [Value(0, MetaName = "DIR", Required = true, HelpText = "Directory that `brim compile` wrote.")]
    public string Directory { get; set; } = "";

    /// <summary>Print one line.</summary>
    [Option("summary", HelpText = "Print the last line only.")]
    public bool SummaryOnly { get; set; }

    /// <summary>Print JSON.</summary>
    [Option("json", HelpText = "Print JSON instead of a table.")]
    public bool AsJson { get; set; }

    /// <inheritdoc/>
    public int Execute(CommandContext context)
    {
        var report = LibraryChecker.Check(Directory, context.Diagnostics);
        if (AsJson)
            Json.Write(context.Out, ToJson(report, context));
        else if (report is not null)
            Print(report, context);
        return context.Finish();
    }

    private void Print(CheckReport report, CommandContext context)
    {
        if (!SummaryOnly)
        {
            var table = ConsoleTables.Create("layer", "packing", ">outputs", ">taps", ">chunks", ">lanes", ">bits", "activations", "from", "");
            foreach (var layer in report.Layers)
                table.Row(Row(layer));
            ConsoleTables.On(context.Out).Write(table);
        }
        context.Out.WriteLine(report.IsProven
            ? $"proven: {ConsoleTables.Count(report.Lanes)} lanes of {ConsoleTables.Count(report.Layers.Count(l => l.Sums is not null))} layers hold every sum of every input"
            : $"not proven: {ConsoleTables.Count(report.Layers.Count(l => !l.IsProven))} of {ConsoleTables.Count(report.Layers.Length)} layers");
    }

    private static string[] Row(LayerReport layer) => layer.Sums is { } s
        ? [layer.Step, s.Packing, ConsoleTables.Count(s.Outputs), ConsoleTables.Count(s.Taps), ConsoleTables.Count(s.Chunks), ConsoleTables.Count(s.Lanes),
            ConsoleTables.Count(s.Width), $"{s.Low}..{s.High}", string.Join(", ", s.Writers), layer.IsProven ? "proven" : "NOT PROVEN"]
        : [layer.Step, "-", "", "", "", "", "", "", "", layer.IsProven ? "no accumulators" : "NOT PROVEN"];

    private static JsonObject ToJson(CheckReport? report, CommandContext context) => new()
    {
        ["proven"] = report?.IsProven ?? false,
        ["model"] = report?.Model,
        ["target"] = report?.Target,
        ["lanes"] = report?.Lanes ?? 0,
        ["layers"] = new JsonArray([.. (report?.Layers ?? []).Select(l => new JsonObject
        {
            ["step"] = l.Step,
            ["kernel"] = l.Kernel,
            ["proven"] = l.IsProven,
            ["packing"] = l.Sums?.Packing,
            ["outputs"] = l.Sums?.Outputs,
            ["taps"] = l.Sums?.Taps,
            ["chunks"] = l.Sums?.Chunks,
            ["lanes"] = l.Sums?.Lanes,
            ["width"] = l.Sums?.Width,
            ["activations"] = l.Sums is { } s ? new JsonArray(s.Low, s.High) : null,
            ["from"] = l.Sums is { } f ? new JsonArray([.. f.Writers.Select(w => (JsonNode)w)]) : null,
        })]),
        ["findings"] = new JsonArray([.. context.Diagnostics.Items.Select(d => new JsonObject
        {
            ["code"] = d.Descriptor.Code,
            ["place"] = d.Location.ToString(),
            ["message"] = d.Message,
        })]),
    };
}
