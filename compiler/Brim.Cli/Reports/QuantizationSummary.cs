using System.Globalization;
using System.Text.Json.Nodes;
using Brim.Quantize.Networks;
using Brim.Quantize.PowerOfTwo;
using Brim.Quantize.Recipes;
using Spectre.Console;

namespace Brim.Cli.Reports;

/// <summary>What <c>brim quantize</c> did.</summary>
internal sealed record QuantizationSummary(string Model, QuantizationReport Report)
{
    /// <summary>The report for machines.</summary>
    public JsonObject ToJson() => new()
    {
        ["model"] = Model,
        ["calibration"] = new JsonObject { ["data"] = Report.Calibration, ["samples"] = Report.Samples, ["seed"] = Report.Seed },
        ["seconds"] = Report.Seconds,
        ["widths"] = Report.Widths.ToJson(),
        ["layers"] = new JsonArray([.. Report.Layers.Select(l => new JsonObject
        {
            ["name"] = l.Name,
            ["weights"] = l.WeightBits,
            ["activations"] = l.Input.Bits,
            ["inputType"] = l.Input.ToString(),
            ["method"] = l.Widths.Method,
            ["accumulatorBound"] = l.Widths.AccumulatorBits,
            ["tile"] = l.Widths.TileSize,
            ["range"] = l.Widths.Method == RoundingMethods.DeBruin ? RangeNames.Of(l.Widths.Range) : null,
            ["weightError"] = l.WeightError,
            ["codesByBits"] = new JsonArray([.. l.CodeBits.Select(c => (JsonNode)c)]),
            ["accumulatorBits"] = AccumulatorReport.ToJson(l.Accumulator),
        })]),
    };

    /// <summary>The report for people.</summary>
    public void Print(TextWriter writer)
    {
        var table = ConsoleTables.Create("layer", ">weights", "input", "method", ">zeros", ">squared error", ">data type", ">A2Q", ">A2Q+", ">exact", ">centred", ">bound");
        foreach (var l in Report.Layers)
        {
            var a = l.Accumulator;
            table.Row(l.Name, $"w{l.WeightBits}", l.Input.ToString(), l.Widths.Method,
                (100.0 * l.CodeBits[0] / l.CodeBits.Sum()).ToString("F0", CultureInfo.InvariantCulture) + " %",
                l.WeightError.ToString("E1", CultureInfo.InvariantCulture),
                Count(a.DataType), Count(a.A2Q), Count(a.A2QPlus), Count(a.Exact), Count(a.Centred), Bound(l.Widths));
        }
        ConsoleTables.On(writer).Write(table);
        writer.WriteLine("accumulator bits by each bound; squared error of the weights relative to their power");
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Model}: calibrated on {Report.Samples} samples of {Report.Calibration}, seed {Report.Seed}, {Report.Seconds:F1} s"));
    }

    // A width that only an observed range asks for is no bound.
    private static string Bound(LayerWidths widths) =>
        widths.AccumulatorBits is not { } p ? "" : widths.Range == RangeEvidence.Observed ? $"({Count(p)} observed)" : Count(p);

    private static string Count(int value) => ConsoleTables.Count(value);
}
