using System.Globalization;
using System.Text.Json.Nodes;
using Brim.Quantize.Search;

namespace Brim.Cli.Reports;

/// <summary>What <c>brim search</c> found.</summary>
internal sealed record WidthSearchSummary(string Model, WidthSearchReport Report)
{
    /// <summary>The report for machines: every point with its widths.</summary>
    public JsonObject ToJson() => new()
    {
        ["model"] = Model,
        ["costUnit"] = Report.CostUnit,
        ["otherUnit"] = Report.OtherUnit,
        ["validationSamples"] = Report.ValidationSamples,
        ["seconds"] = Report.Seconds,
        ["best"] = Point(Report.Best),
        ["front"] = new JsonArray([.. Report.Front.Select(Point)]),
    };

    /// <summary>The report for people: one line a point, widths in the order of their names.</summary>
    public void Print(TextWriter writer)
    {
        var table = ConsoleTables.Create("", $">{Report.CostUnit}", $">{Report.OtherUnit}", ">predicted", ">validated", ">agreement", "weights", "activations");
        foreach (var p in Report.Front)
        {
            table.Row(p.Widths.Equals(Report.Best.Widths) ? "*" : "", p.Cost.ToString("N0", CultureInfo.InvariantCulture), p.Other?.ToString("N0", CultureInfo.InvariantCulture) ?? "", Error(p.PredictedError), p.Validated is { } v ? Error(v) : "",
                p.Agreement is { } a ? (100 * a).ToString("F2", CultureInfo.InvariantCulture) + " %" : "",
                string.Concat(p.Widths.Layers.Values.Select(l => l.WeightBits)), string.Concat(p.Widths.Layers.Values.Select(l => l.ActivationBits)));
        }
        ConsoleTables.On(writer).Write(table);
        writer.WriteLine($"one digit a layer: {string.Join(", ", Report.Best.Widths.Layers.Keys.Select(ConsoleTables.ShortName))}");
        writer.WriteLine("errors are divergences from the float network's output, predicted from sensitivities of single layers or measured on validation samples");
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Model}: * is chosen; {Report.ValidationSamples} validation samples, {Report.Seconds:F1} s"));
    }

    private static JsonObject Point(SearchPoint p) => new()
    {
        ["cost"] = p.Cost,
        ["otherCost"] = p.Other,
        ["predicted"] = p.PredictedError,
        ["validated"] = p.Validated,
        ["agreement"] = p.Agreement,
        ["widths"] = p.Widths.ToJson(),
    };

    private static string Error(double value) => value.ToString("E2", CultureInfo.InvariantCulture);
}
