using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using static Brim.Bench.Markdown;

namespace Brim.Bench;

/// <summary>The int8 networks: our figures with the peers' beside.</summary>
internal static class NetworkReport
{
    public static void Write(StringBuilder text, List<Peer> peers, List<Measurement> measured, string[] targets)
    {
        if (measured.Count == 0)
            return;
        text.Append("\n## int8 networks on the Cortex-M4 against TensorFlow Lite Micro with CMSIS-NN\n\n")
            .Append("Networks of MLPerf Tiny as published. The cycles of TFLM were modelled with a division of 7 cycles and LDRD at 2, ours has 12 and 3, so their ratio is\n")
            .Append("a lower bound. Figures are per inference.\n\n");
        text.Head(["network", "instructions", "goal", "TFLM + CMSIS-NN", "ratio", "modelled cycles", "TFLM + CMSIS-NN", "ratio", "best published M4 cycles"]);
        foreach (var p in peers)
        {
            var m = Find(p, "cortex-m4");
            text.Row([p.Network, Count(m["instructions"]), Count(p.InstructionGoal), Count(p.TflmCmsisInstructions), Ratio(p.TflmCmsisInstructions, m["instructions"]),
                Count(m["cycles"]), Count(p.TflmCmsisCycles), Ratio(p.TflmCmsisCycles, m["cycles"]), Count(p.BestPublishedCycles)]);
        }

        text.Append("\n## int8 networks on the Cortex-M55 against TensorFlow Lite Micro with CMSIS-NN\n\n")
            .Append("Both with vector kernels (MVE).\n\n");
        text.Head(["network", "instructions", "TFLM + CMSIS-NN", "ratio", "modelled cycles, upper bound"]);
        foreach (var p in peers)
        {
            var m = Find(p, "cortex-m55");
            text.Row([p.Network, Count(m["instructions"]), Count(p.TflmVectorInstructions), Ratio(p.TflmVectorInstructions, m["instructions"]), Count(m["cycles"])]);
        }

        text.Append("\n## Memory on the Cortex-M4, bytes\n\n")
            .Append("The arena holds inputs, outputs, activations and scratch. Flash beyond the parameters is code, requantization constants and tables; parameters are\n")
            .Append("weights and biases. Stack is measured below the caller's frame.\n\n");
        text.Head(["network", "arena", "lower bound", "TFLM arena", "ratio", "parameters", "flash beyond", "of it code", "stack"]);
        foreach (var p in peers)
        {
            var m = Find(p, "cortex-m4");
            text.Row([p.Network, Count(m["arenaBytes"]), Count(m["arenaLowerBound"]), Count(p.TflmArenaBytes), Ratio(m["arenaBytes"], p.TflmArenaBytes),
                Count(m["parameterBytes"]), Count(m.FlashBeyondParameters), Count(m["codeBytes"]), Count(m["stackBytes"])]);
        }
        var ours = peers.Sum(p => Find(p, "cortex-m4")["arenaBytes"]);
        text.Row(["sum", Count(ours), "", Count(peers.Sum(p => p.TflmArenaBytes)), Ratio(ours, peers.Sum(p => p.TflmArenaBytes)), "", "", "", ""]);

        text.Append("\n## All cores: instructions and modelled cycles\n\n");
        text.Head(["core", .. peers.Select(p => p.Network)]);
        foreach (var target in targets)
            text.Row([target, .. peers.Select(p => $"{Count(Find(p, target)["instructions"])} / {Count(Find(p, target)["cycles"])}")]);

        foreach (var p in peers)
            Layers(text, $"{p.Network}, int8", Find(p, "cortex-m4"));

        Measurement Find(Peer peer, string target) => measured.Single(m => m.Network == peer.Network && m.Target == target);
    }

    public static void Layers(StringBuilder text, string network, Measurement m)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n## {network}: layers on the Cortex-M4\n\n");
        text.Head(["layer", "operator", "kernel", "MACs", "instructions", "per MAC", "modelled cycles", "predicted", "error"]);
        foreach (var layer in m.Report["layers"]!.AsArray())
        {
            var (macs, instructions) = (layer!["macs"]!.GetValue<long>(), layer["instructions"]!.GetValue<long>());
            text.Row([$"`{layer["name"]!.GetValue<string>().Split(';')[0]}`", layer["op"]!.GetValue<string>(), $"`{layer["kernel"]!.GetValue<string>()}`", Count(macs), Count(instructions),
                macs == 0 ? "" : Two(instructions / (double)macs), Count(layer["cycles"]!.GetValue<long>()), .. Prediction(layer)]);
        }
    }

    private static string[] Prediction(JsonNode layer) => layer["predictedCycles"]?.GetValue<long>() is { } predicted
        ? [Count(predicted), Signed((predicted / (double)layer["cycles"]!.GetValue<long>()) - 1)]
        : ["no cost data", ""];
}
