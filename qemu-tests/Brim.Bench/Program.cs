using System.Text;
using System.Text.Json.Nodes;
using Brim.Bench;
using Brim.Bench.Fitting;
using Brim.Bench.Layers;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

// Usage: Brim.Bench REPOSITORY DATA [PART...]: measures layers, networks and quantized networks, or the given parts of these (`report`: none), prints the tables, and writes
//        compiler/docs/performance.{md,json}.
//        Brim.Bench layers REPOSITORY TARGET: measures the layers of one target and prints the tables; writes nothing.
//        Brim.Bench fit REPOSITORY [TARGET[:RULE]...]: measures the kernels and writes backends/arm-cmsis/costs/*.json.
if (args.Length >= 2 && args[0] == "fit")
{
    new CostCalibration(Path.GetFullPath(args[1]), Console.Error).Run(args[2..]);
    return 0;
}
if (args.Length == 3 && args[0] == "layers")
{
    var tables = new StringBuilder();
    LayerReport.Write(tables, LayerBenchmark.Measure(Path.GetFullPath(args[1]), Console.Error, args[2]));
    Console.Write(tables);
    return 0;
}
if (args.Length < 2 || args[2..].Except(BenchParts.Names).Any() || !Directory.Exists(args[1]))
{
    await Console.Error.WriteLineAsync($"usage: Brim.Bench REPOSITORY DATA [{string.Join('|', BenchParts.Names)}]...; DATA is the folder with models/mlperf-tiny (set BRIM_DATA)");
    return 2;
}
var (root, data) = (Path.GetFullPath(args[0]), args[1]);
var peers = new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).Build()
    .Deserialize<List<Peer>>(File.ReadAllText(Path.Combine(root, "qemu-tests", "Brim.Bench", "peers.yaml")));
string[] targets = ["cortex-m0", "cortex-m3", "cortex-m4", "cortex-m7", "cortex-m33", "cortex-m55"];

var benchLayers = LayerBenchmark.Read(root);
var parts = new BenchParts(root, args[2..]);
var layers = parts.Get("layers", () => LayerBenchmark.Measure(root, Console.Error), l => l.ToJson(), n => LayerResult.FromJson(n, benchLayers));
var measured = parts.Get("networks",
    () => Measurement.TakeAll(peers.SelectMany(p => targets.Select(t => (p.Network, Path.Combine(data, p.Model), t, "32"))), root, Console.Error),
    m => m.ToJson(), Measurement.FromJson);
var quantized = parts.Get("quantized", () => Measurement.TakeAll(QuantizedNetworks.Plan(peers, root, Console.Error), root, Console.Error), m => m.ToJson(), Measurement.FromJson);

var text = PerformanceReport.Write(layers, peers, measured, quantized, targets, root);
Console.Write(text);
await File.WriteAllTextAsync(Path.Combine(root, "compiler", "docs", "performance.md"), text, new UTF8Encoding(false));
var json = new JsonObject
{
    ["layers"] = new JsonArray([.. layers.Select(l => l.ToJson())]),
    ["quantizedNetworks"] = new JsonArray([.. quantized.Select(m => m.ToJson())]),
    ["networks"] = new JsonArray([.. measured.Select(m => m.ToJson())]),
};
await File.WriteAllTextAsync(Path.Combine(root, "compiler", "docs", "performance.json"), BenchParts.Text(json), new UTF8Encoding(false));
return 0;
