using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Brim.Quantize.Accumulators;
using Spectre.Console;

namespace Brim.Cli.Reports;

/// <summary>What <c>brim inspect --accumulators</c> prints.</summary>
internal sealed record AccumulatorReport(string Model, ImmutableArray<LayerAccumulator> Layers)
{
    /// <summary>Widths by bound.</summary>
    public static JsonObject ToJson(AccumulatorNeeds needs) => new()
    {
        ["dataType"] = needs.DataType,
        ["a2q"] = needs.A2Q,
        ["a2qPlus"] = needs.A2QPlus,
        ["exact"] = needs.Exact,
        ["centred"] = needs.Centred,
    };

    /// <summary>The report for machines.</summary>
    public JsonObject ToJson() => new()
    {
        ["model"] = Model,
        ["layers"] = new JsonArray([.. Layers.Select(l => new JsonObject
        {
            ["name"] = l.Name,
            ["op"] = l.Op,
            ["length"] = l.Length,
            ["weights"] = l.Weights.ToString(),
            ["input"] = l.Input.ToString(),
            ["factorMin"] = l.Factors.Min,
            ["factorMax"] = l.Factors.Max,
            ["accumulatorBits"] = ToJson(l.Needs),
        })]),
    };

    /// <summary>The report for people.</summary>
    public void Print(TextWriter writer)
    {
        var table = ConsoleTables.Create("layer", "op", ">sum of", "weights", "input", "factors", ">data type", ">A2Q", ">A2Q+", ">exact", ">centred");
        foreach (var l in Layers)
        {
            var n = l.Needs;
            table.Row(l.Name, l.Op, ConsoleTables.Count(l.Length), l.Weights.ToString(), l.Input.ToString(), FormattableString.Invariant($"{l.Factors.Min}..{l.Factors.Max}"),
                ConsoleTables.Count(n.DataType), ConsoleTables.Count(n.A2Q), ConsoleTables.Count(n.A2QPlus), ConsoleTables.Count(n.Exact), ConsoleTables.Count(n.Centred));
        }
        ConsoleTables.On(writer).Write(table);
        writer.WriteLine("bits of an accumulator that no input can overflow, by each bound; factors are input codes minus their zero point, biases are added afterwards");
    }
}
