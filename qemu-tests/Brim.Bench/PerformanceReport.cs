using System.Globalization;
using System.Text;

namespace Brim.Bench;

/// <summary>The performance page: our figures with the peers' beside.</summary>
internal static class PerformanceReport
{
    public static string Write(List<Peer> peers, List<Measurement> measured, string[] targets)
    {
        var text = new StringBuilder();
        text.Append("# Performance\n\n")
            .Append("Made by `make bench`; do not edit. int8 networks of MLPerf Tiny as published, every output byte equal to the reference interpreter.\n")
            .Append("Instructions are retired instructions under QEMU, exact. Cycles are modelled: the core manual's instruction costs applied to the\n")
            .Append("executed trace (M7 and M55: an upper bound, as for single issue). The cycles of TFLM were modelled with a division of 7 cycles and LDRD at 2,\n")
            .Append("ours has 12 and 3, so their ratio is a lower bound. Figures are per inference.\n\n")
            .Append("## Cortex-M4 against TensorFlow Lite Micro with CMSIS-NN\n\n");
        Row(text, ["network", "instructions", "goal", "TFLM + CMSIS-NN", "ratio", "modelled cycles", "TFLM + CMSIS-NN", "ratio", "best published M4 cycles"], isHead: true);
        foreach (var p in peers)
        {
            var m = Find(p, "cortex-m4");
            Row(text, [p.Network, Count(m["instructions"]), Count(p.InstructionGoal), Count(p.TflmCmsisInstructions), Ratio(p.TflmCmsisInstructions, m["instructions"]),
                Count(m["cycles"]), Count(p.TflmCmsisCycles), Ratio(p.TflmCmsisCycles, m["cycles"]), Count(p.BestPublishedCycles)]);
        }

        text.Append("\n## Memory on the Cortex-M4, bytes\n\n")
            .Append("The arena holds inputs, outputs, activations and scratch. Flash beyond the parameters is code, requantization constants and tables; parameters are\n")
            .Append("weights and biases. Stack is measured below the caller's frame.\n\n");
        Row(text, ["network", "arena", "lower bound", "TFLM arena", "ratio", "parameters", "flash beyond", "of it code", "stack"], isHead: true);
        foreach (var p in peers)
        {
            var m = Find(p, "cortex-m4");
            Row(text, [p.Network, Count(m["arenaBytes"]), Count(m["arenaLowerBound"]), Count(p.TflmArenaBytes), Ratio(m["arenaBytes"], p.TflmArenaBytes),
                Count(m["parameterBytes"]), Count(m.FlashBeyondParameters), Count(m["codeBytes"]), Count(m["stackBytes"])]);
        }
        var ours = peers.Sum(p => Find(p, "cortex-m4")["arenaBytes"]);
        Row(text, ["sum", Count(ours), "", Count(peers.Sum(p => p.TflmArenaBytes)), Ratio(ours, peers.Sum(p => p.TflmArenaBytes)), "", "", "", ""]);

        text.Append("\n## All cores: instructions and modelled cycles\n\n");
        Row(text, ["core", .. peers.Select(p => p.Network)], isHead: true);
        foreach (var target in targets)
            Row(text, [target, .. peers.Select(p => $"{Count(Find(p, target)["instructions"])} / {Count(Find(p, target)["cycles"])}")]);

        foreach (var p in peers)
            Layers(text, p, Find(p, "cortex-m4"));
        return text.ToString();

        Measurement Find(Peer peer, string target) => measured.Single(m => m.Network == peer.Network && m.Target == target);
    }

    private static void Layers(StringBuilder text, Peer peer, Measurement m)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n## {peer.Network}: layers on the Cortex-M4\n\n");
        Row(text, ["layer", "operator", "kernel", "MACs", "instructions", "per MAC", "modelled cycles"], isHead: true);
        foreach (var layer in m.Report["layers"]!.AsArray())
        {
            var (macs, instructions) = (layer!["macs"]!.GetValue<long>(), layer["instructions"]!.GetValue<long>());
            Row(text, [$"`{layer["name"]!.GetValue<string>().Split(';')[0]}`", layer["op"]!.GetValue<string>(), $"`{layer["kernel"]!.GetValue<string>()}`", Count(macs), Count(instructions),
                macs == 0 ? "" : (instructions / (double)macs).ToString("F2", CultureInfo.InvariantCulture), Count(layer["cycles"]!.GetValue<long>())]);
        }
    }

    private static void Row(StringBuilder text, IReadOnlyList<string> cells, bool isHead = false)
    {
        text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
        if (isHead)
            text.Append('|').Insert(text.Length, "---|", cells.Count).Append('\n');
    }

    private static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Ratio(long numerator, long denominator) => (numerator / (double)denominator).ToString("F2", CultureInfo.InvariantCulture);
}
