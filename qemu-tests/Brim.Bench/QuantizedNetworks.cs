using System.Collections.Immutable;
using System.Text;
using static Brim.Bench.Markdown;

namespace Brim.Bench;

/// <summary>The networks as their recipes quantize them (examples/recipes), at every accumulator width.</summary>
internal static class QuantizedNetworks
{
    /// <summary>The cheapest exact kernels, whatever their lanes.</summary>
    private const string Automatic = "auto";

    private const string Wide = "32";
    private const string Main = "cortex-m4";

    private static readonly ImmutableArray<string> Accumulators = [Wide, "16", "14", "13", "12", Automatic];

    /// <summary>Cores that are measured without a limit and without lanes only.</summary>
    private static readonly ImmutableArray<string> OtherTargets = ["cortex-m0", "cortex-m3", "cortex-m7", "cortex-m33"];

    /// <summary>What to measure; networks that have not been quantized (see tools/bench) are left out, and said to be.</summary>
    public static IEnumerable<(string Network, string Model, string Target, string Accumulator)> Plan(List<Peer> peers, string root, TextWriter progress)
    {
        foreach (var peer in peers)
        {
            var model = Path.Combine(root, ".build", "accuracy", $"{peer.Network}-lanes.onnx");
            if (!File.Exists(model))
            {
                progress.WriteLine($"{peer.Network} has not been quantized: {model} does not exist");
                continue;
            }
            foreach (var target in OtherTargets.Prepend(Main))
            {
                foreach (var accumulator in target == Main ? Accumulators : [Wide, Automatic])
                    yield return (peer.Network, model, target, accumulator);
            }
        }
    }

    public static void Write(StringBuilder text, List<Peer> peers, List<Measurement> measured, string root)
    {
        if (measured.Count == 0)
            return;
        var accuracy = new AccuracyTable(root);
        text.Append("\n## Quantized networks on the Cortex-M4\n\n")
            .Append("The float networks quantized by `examples/recipes`, compiled with `--accumulator P`: at most P bits in any lane, `auto` whatever is cheapest. 0 mismatches with the\n")
            .Append("reference interpreter in every row. Accuracy: the recipe's, beside the float network's in parentheses (what is measured: accuracy.md); it does not depend on P.\n")
            .Append("At P = 32 every layer with weights runs on our fastest kernel with one sum in a word: the rows at other P against it are what lanes gain.\n\n");
        text.Head("network", "P", "instructions", "goal", "TFLM + CMSIS-NN int8", "ratio", "modelled cycles", "best published M4 cycles", "arena", "flash", "of it code", "accuracy (float)");
        foreach (var peer in peers)
        {
            foreach (var m in measured.Where(m => m.Network == peer.Network && m.Target == Main))
            {
                text.Row(peer.Network, m.Accumulator, Count(m["instructions"]), Count(peer.LaneInstructionGoal), Count(peer.TflmCmsisInstructions),
                    Ratio(peer.TflmCmsisInstructions, m["instructions"]), Count(m["cycles"]), Count(peer.BestPublishedCycles), Count(m["arenaBytes"]), Count(m["flashBytes"]),
                    Count(m["codeBytes"]), $"{accuracy.Show(peer.Network + "-lanes")} ({accuracy.Show(peer.Network + "-float")})");
            }
        }

        text.Append("\n## Quantized networks on all cores: instructions and modelled cycles\n\n");
        text.Head(["core", "P", .. peers.Select(p => p.Network)]);
        foreach (var target in OtherTargets.Prepend(Main))
        {
            foreach (var accumulator in new[] { Wide, Automatic })
                text.Row([target, accumulator, .. peers.Select(p => Both(measured.FirstOrDefault(m => m.Network == p.Network && m.Target == target && m.Accumulator == accumulator)))]);
        }
        foreach (var m in measured.Where(m => m.Target == Main && m.Accumulator == Automatic))
            NetworkReport.Layers(text, $"{m.Network}, quantized", m);
    }

    private static string Both(Measurement? m) => m is null ? "" : $"{Count(m["instructions"])} / {Count(m["cycles"])}";
}
