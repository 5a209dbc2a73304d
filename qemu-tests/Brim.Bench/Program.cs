using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Brim.Bench;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

// Usage: Brim.Bench REPOSITORY DATA: measures the MLPerf Tiny networks, prints the tables, writes compiler/docs/performance.{md,json}.
if (args.Length != 2 || !Directory.Exists(args[1]))
{
    await Console.Error.WriteLineAsync("usage: Brim.Bench REPOSITORY DATA; DATA is the folder with models/mlperf-tiny (set BRIM_DATA)");
    return 2;
}
var (root, data) = (args[0], args[1]);
var peers = new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).Build()
    .Deserialize<List<Peer>>(File.ReadAllText(Path.Combine(root, "qemu-tests", "Brim.Bench", "peers.yaml")));
string[] targets = ["cortex-m0", "cortex-m3", "cortex-m4", "cortex-m7", "cortex-m33", "cortex-m55"];

var measured = new List<Measurement>();
foreach (var peer in peers)
{
    foreach (var target in targets)
    {
        await Console.Error.WriteLineAsync($"measuring {peer.Network} on {target}");
        measured.Add(Measurement.Take(peer.Network, Path.Combine(data, peer.Model), target, root));
    }
}

var text = PerformanceReport.Write(peers, measured, targets);
Console.Write(text);
await File.WriteAllTextAsync(Path.Combine(root, "compiler", "docs", "performance.md"), text, new UTF8Encoding(false));
var json = new JsonArray([.. measured.Select(m => m.Report.DeepClone())]);
await File.WriteAllTextAsync(Path.Combine(root, "compiler", "docs", "performance.json"),
    json.ToJsonString(new JsonSerializerOptions { WriteIndented = true }).ReplaceLineEndings("\n") + "\n", new UTF8Encoding(false));
return 0;
