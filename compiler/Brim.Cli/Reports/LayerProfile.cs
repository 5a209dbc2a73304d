using System.Globalization;
using System.Text.Json.Nodes;
using Brim.Compile.Targets;
using Brim.Emulation;

namespace Brim.Cli.Reports;

/// <summary>A layer's instructions and modelled cycles by function and by instruction class.</summary>
internal static class LayerProfile
{
    /// <summary>Counts by the class's key in target files.</summary>
    public static JsonObject Classes(LayerMeasurement layer) =>
        new([.. layer.Classes.Where(c => c.Value > 0).Select(c => KeyValuePair.Create(TargetFile.CostKey(c.Key), (JsonNode?)c.Value))]);

    /// <summary>Functions, most cycles first.</summary>
    public static JsonArray Functions(LayerMeasurement layer) => new([.. layer.Functions.Select(f => new JsonObject
    {
        ["name"] = f.Name,
        ["instructions"] = f.Instructions,
        ["cycles"] = f.Cycles,
    })]);

    /// <summary>Prints both as tables, with their shares of the layer's cycles.</summary>
    public static void Print(TextWriter writer, LayerMeasurement layer, InstructionCosts costs)
    {
        writer.WriteLine();
        writer.WriteLine($"{ConsoleTables.ShortName(layer.Name)}: {ConsoleTables.Count(layer.Instructions)} instructions, {ConsoleTables.Count(layer.Cycles)} modelled cycles");
        var functions = ConsoleTables.Create("function", ">instructions", ">cycles", ">share");
        foreach (var f in layer.Functions)
            functions.Row(f.Name, ConsoleTables.Count(f.Instructions), ConsoleTables.Count(f.Cycles), Share(f.Cycles, layer));
        ConsoleTables.On(writer).Write(functions);
        var classes = ConsoleTables.Create("class", ">times", ">cycles", ">share");
        foreach (var (kind, count) in layer.Classes.Where(c => c.Value > 0).OrderByDescending(c => c.Value * Cost(costs, c.Key)))
            classes.Row(TargetFile.CostKey(kind), ConsoleTables.Count(count), ConsoleTables.Count(count * Cost(costs, kind)), Share(count * Cost(costs, kind), layer));
        ConsoleTables.On(writer).Write(classes);
    }

    private static long Cost(InstructionCosts costs, InstructionClass kind) => costs.Cycles.GetValueOrDefault(kind);

    private static string Share(long cycles, LayerMeasurement layer) =>
        layer.Cycles == 0 ? "" : (cycles / (double)layer.Cycles).ToString("P1", CultureInfo.InvariantCulture);
}
