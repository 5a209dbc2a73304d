using System.Text.Json.Nodes;
using Brim.Cli;

namespace Brim.Bench;

/// <summary>What <c>brim verify --json</c> says of one network on one target.</summary>
internal sealed record Measurement(string Network, string Target, string Accumulator, JsonObject Report)
{
    public long this[string key] => Report[key]!.GetValue<long>();

    /// <summary>Flash that is neither weights nor biases.</summary>
    public long FlashBeyondParameters => this["flashBytes"] - this["parameterBytes"];

    /// <summary>The report, with the profiles of single layers left out.</summary>
    public JsonObject ToJson()
    {
        var json = Report.DeepClone().AsObject();
        json["network"] = Network;
        json["accumulator"] = Accumulator;
        foreach (var layer in json["layers"]!.AsArray())
        {
            layer!.AsObject().Remove("functions");
            layer.AsObject().Remove("classes");
        }
        return json;
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    public static Measurement FromJson(JsonNode json) =>
        new(json["network"]!.GetValue<string>(), json["target"]!.GetValue<string>(), json["accumulator"]!.GetValue<string>(), json.DeepClone().AsObject());

    /// <summary>Takes measurements on all processors; in the order given.</summary>
    public static List<Measurement> TakeAll(IEnumerable<(string Network, string Model, string Target, string Accumulator)> plan, string root, TextWriter progress) =>
        [.. plan.AsParallel().AsOrdered().Select(p =>
        {
            lock (progress)
                progress.WriteLine($"measuring {p.Network} on {p.Target}, accumulators {p.Accumulator}");
            return Take(p.Network, p.Model, p.Target, p.Accumulator, root);
        })];

    /// <summary>Runs the command in-process; throws if it fails or finds a mismatch, for a benchmark of wrong results is worth nothing.</summary>
    public static Measurement Take(string network, string model, string target, string accumulator, string root)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = CommandLineProgram.Run(["verify", model, "--target", target, "--accumulator", accumulator, "--inferences", "2", "--json"], output, error, root);
        if (code != 0)
            throw new InvalidOperationException($"{network} on {target} with accumulators of {accumulator} bits ended with exit code {code}\n{error}");
        return new Measurement(network, target, accumulator, JsonNode.Parse(output.ToString())!.AsObject());
    }
}
