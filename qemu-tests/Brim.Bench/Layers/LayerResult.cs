using System.Text.Json.Nodes;

namespace Brim.Bench.Layers;

/// <summary>One benchmark layer, compiled one way and measured.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Codes">Widths.</param>
/// <param name="Accumulator">What was given to <c>--accumulator</c>: 32 or auto.</param>
/// <param name="Kernel">Kernel function chosen.</param>
/// <param name="WidestLane">Bits that the widest lane needs; 32 for kernels with one sum in a word.</param>
/// <param name="Macs">Multiply-accumulates.</param>
/// <param name="Instructions">Instructions of the whole layer.</param>
/// <param name="Cycles">Modelled cycles of the whole layer.</param>
/// <param name="PredictedCycles">What the cost model says of it; null without cost data.</param>
internal sealed record LayerResult(
    BenchLayer Layer, LayerCodes Codes, string Accumulator, string Kernel, int WidestLane, long Macs, long Instructions, long Cycles, long? PredictedCycles)
{
    public double InstructionsPerMac => Instructions / (double)Macs;

    public double CyclesPerMac => Cycles / (double)Macs;

    /// <summary>Relative error of the prediction.</summary>
    public double? Error => PredictedCycles is { } predicted ? (predicted / (double)Cycles) - 1 : null;

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    public static LayerResult FromJson(JsonNode json, IEnumerable<BenchLayer> layers) => new(
        layers.Single(l => l.Name == Text(json, "layer") && l.Target == Text(json, "target")),
        LayerBenchmark.Named(Text(json, "codes")),
        Text(json, "accumulator"),
        Text(json, "kernel"),
        json["widestLane"]!.GetValue<int>(),
        Number(json, "macs"),
        Number(json, "instructions"),
        Number(json, "cycles"),
        json["predictedCycles"]?.GetValue<long>());

    public JsonObject ToJson() => new()
    {
        ["layer"] = Layer.Name,
        ["target"] = Layer.Target,
        ["codes"] = Codes.Name,
        ["accumulator"] = Accumulator,
        ["kernel"] = Kernel,
        ["widestLane"] = WidestLane,
        ["macs"] = Macs,
        ["instructions"] = Instructions,
        ["cycles"] = Cycles,
        ["predictedCycles"] = PredictedCycles,
        ["instructionsPerMac"] = Math.Round(InstructionsPerMac, 4),
        ["cyclesPerMac"] = Math.Round(CyclesPerMac, 4),
        ["cmsisInstructionsPerMac"] = Layer.CmsisInstructions,
        ["goalInstructionsPerMac"] = Layer.Goal,
    };

    private static string Text(JsonNode json, string key) => json[key]!.GetValue<string>();

    private static long Number(JsonNode json, string key) => json[key]!.GetValue<long>();
}
