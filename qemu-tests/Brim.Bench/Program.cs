using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Brim.Bench;
using Brim.Bench.Fitting;
using Brim.Bench.Layers;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

// Usage: Brim.Bench REPOSITORY DATA: measures layers and the MLPerf Tiny networks, prints the tables, writes compiler/docs/performance.{md,json}.
//        Brim.Bench REPOSITORY DATA layers: prints the tables of the layers only.
//        Brim.Bench fit REPOSITORY [TARGET...]: measures the kernels and writes backends/arm-cmsis/costs/*.json.
if (args.Length >= 2 && args[0] == "fit")
{
    new CostCalibration(Path.GetFullPath(args[1]), Console.Error).Run(args[2..]);
    return 0;
}
var only = args.Length == 3 ? args[2] : "";
if (args.Length is < 2 or > 3 || only is not ("" or "layers") || !Directory.Exists(args[1]))
{
    await Console.Error.WriteLineAsync("usage: Brim.Bench REPOSITORY DATA [layers]; DATA is the folder with models/mlperf-tiny (set BRIM_DATA)");
    return 2;
}
var (root, data) = (args[0], args[1]);
var peers = new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).Build()
    .Deserialize<List<Peer>>(File.ReadAllText(Path.Combine(root, "qemu-tests", "Brim.Bench", "peers.yaml")));
string[] targets = ["cortex-m0", "cortex-m3", "cortex-m4", "cortex-m7", "cortex-m33", "cortex-m55"];

var layers = LayerBenchmark.Measure(root, Console.Error);
if (only == "layers")
{
    var table = new StringBuilder();
    LayerReport.Write(table, layers);
    Console.Write(table);
    return 0;
}
var measured = new List<Measurement>();
foreach (var peer in peers)
{
    foreach (var target in targets)
    {
        await Console.Error.WriteLineAsync($"measuring {peer.Network} on {target}");
        measured.Add(Measurement.Take(peer.Network, Path.Combine(data, peer.Model), target, root));
    }
}

var text = PerformanceReport.Write(layers, peers, measured, targets);
Console.Write(text);
await File.WriteAllTextAsync(Path.Combine(root, "compiler", "docs", "performance.md"), text, new UTF8Encoding(false));
var json = new JsonObject
{
    ["layers"] = new JsonArray([.. layers.Select(l => l.ToJson())]),
    ["networks"] = new JsonArray([.. measured.Select(m => m.Report.DeepClone())]),
};
await File.WriteAllTextAsync(Path.Combine(root, "compiler", "docs", "performance.json"),
    json.ToJsonString(new JsonSerializerOptions { WriteIndented = true }).ReplaceLineEndings("\n") + "\n", new UTF8Encoding(false));
return 0;
