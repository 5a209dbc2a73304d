using System.Globalization;
using System.Text;
using static Brim.Bench.Markdown;

namespace Brim.Bench.Layers;

/// <summary>The benchmark's single layers: goals, ratios, predictions.</summary>
internal static class LayerReport
{
    /// <summary>Largest relative error that a prediction may have.</summary>
    public const double PredictionLimit = 0.10;

    public static void Write(StringBuilder text, IReadOnlyList<LayerResult> results)
    {
        if (results.Count == 0)
            return;
        text.Append("\n## Layers: instructions per multiply-accumulate\n\n")
            .Append("Whole layers through the compiler, im2col, spills and requantization included, each a model of its own with normal random weights. CMSIS-NN: its int8 kernel\n")
            .Append("on the same emulator. Ours at 32: int8, and the best of our kernels with one sum in a word at any of the widths. Narrow: 4-bit weights, activations of 4 to 6\n")
            .Append("bits, `--accumulator auto`; the goal holds where activations of some of these widths reach it. Ratio: ours at 32 over ours narrow. On the\n")
            .Append("Cortex-M55 narrow codes run on the int8 vector kernels as well: lanes of the scalar unit are slower (lanes.md).\n\n");
        text.Head("layer", "core", "CMSIS-NN", "int8", "best at 32", "w4 a4", "w4 a5", "w4 a6", "goal", "reached by", "ratio", "ratio goal");
        foreach (var of in results.Where(r => r.Layer.Widths.Count == 0).GroupBy(r => r.Layer))
            text.Row(Instructions(of.Key, [.. of]));

        text.Append("\n## Layers: modelled cycles per multiply-accumulate\n\n");
        text.Head("layer", "core", "int8", "best at 32", "w4 a4", "w4 a5", "w4 a6", "ratio");
        foreach (var of in results.Where(r => r.Layer.Widths.Count == 0).GroupBy(r => r.Layer))
            text.Row(Cycles(of.Key, [.. of]));

        var wider = results.Where(r => r.Layer.Widths.Count > 0).ToList();
        if (wider.Count > 0)
        {
            text.Append("\n## Layers with wider weights\n\n")
                .Append("Weights of more than 4 bits, for which two channels do not fit a halfword. Ratio: instructions of the same widths at 32 over those with lanes.\n\n");
            text.Head("layer", "core", "codes", "kernel at 32", "instructions per MAC", "cycles per MAC", "kernel", "instructions per MAC", "cycles per MAC", "ratio");
            foreach (var narrow in wider.Where(r => r.Accumulator == LayerBenchmark.Automatic))
            {
                var wide = wider.Single(r => r.Layer == narrow.Layer && r.Codes == narrow.Codes && r.Accumulator == LayerBenchmark.Wide);
                text.Row(narrow.Layer.Name, narrow.Layer.Target, narrow.Codes.Name, $"`{wide.Kernel}`", Three(wide.InstructionsPerMac), Three(wide.CyclesPerMac),
                    $"`{narrow.Kernel}`", Three(narrow.InstructionsPerMac), Three(narrow.CyclesPerMac), Ratio(wide.InstructionsPerMac, narrow.InstructionsPerMac));
            }
        }

        var within = results.Count(r => r.Error is { } error && Math.Abs(error) <= PredictionLimit);
        text.Append("\n## Layers: predicted against measured cycles\n\n")
            .Append("The planner's cost model (`backends/arm-cmsis/costs`, fitted to other layers by `make fit-costs`) against the emulator's modelled cycles: ")
            .Append(CultureInfo.InvariantCulture, $"{within} of {results.Count}\n")
            .Append(CultureInfo.InvariantCulture, $"within {PredictionLimit:P0}, the worst {Worst(results)}.\n\n");
        text.Head("layer", "core", "codes", "accumulator", "kernel", "widest lane", "measured", "predicted", "error");
        foreach (var r in results)
        {
            text.Row(r.Layer.Name, r.Layer.Target, r.Codes.Name, r.Accumulator, $"`{r.Kernel}`", r.WidestLane.ToString(CultureInfo.InvariantCulture), Count(r.Cycles),
                r.PredictedCycles is { } predicted ? Count(predicted) : "no cost data", r.Error is { } error ? Signed(error) : "");
        }
    }

    private static string Worst(IReadOnlyList<LayerResult> results) =>
        Signed(results.Select(r => r.Error).OfType<double>().OrderByDescending(Math.Abs).FirstOrDefault());

    private static List<string> Instructions(BenchLayer layer, List<LayerResult> of)
    {
        var (wide, narrow) = (BestWide(of, r => r.InstructionsPerMac), of.Where(r => r.Accumulator == LayerBenchmark.Automatic).ToList());
        var reached = narrow.Where(r => r.InstructionsPerMac <= layer.Goal).Select(r => r.Codes.Name).ToList();
        return
        [
            layer.Name, layer.Target, Given(layer.CmsisInstructions), Figure(of.First(r => r.Codes == LayerCodes.Int8).InstructionsPerMac), Figure(wide),
            .. narrow.Select(r => Three(r.InstructionsPerMac)), Given(layer.Goal), layer.Goal == 0 ? "" : reached.Count > 0 ? string.Join(", ", reached) : "no",
            narrow.Count > 0 ? Ratio(wide, narrow.Min(r => r.InstructionsPerMac)) : "", Given(layer.RatioGoal),
        ];
    }

    /// <summary>A figure of layers.yaml; empty where a layer has none.</summary>
    private static string Given(double figure) => figure > 0 ? Figure(figure) : "";

    private static List<string> Cycles(BenchLayer layer, List<LayerResult> of)
    {
        var (wide, narrow) = (BestWide(of, r => r.CyclesPerMac), of.Where(r => r.Accumulator == LayerBenchmark.Automatic).ToList());
        return
        [
            layer.Name, layer.Target, Figure(of.First(r => r.Codes == LayerCodes.Int8).CyclesPerMac), Figure(wide), .. narrow.Select(r => Three(r.CyclesPerMac)),
            narrow.Count > 0 ? Ratio(wide, narrow.Min(r => r.CyclesPerMac)) : "",
        ];
    }

    private static double BestWide(IEnumerable<LayerResult> of, Func<LayerResult, double> figure) =>
        of.Where(r => r.Accumulator == LayerBenchmark.Wide).Min(figure);
}
