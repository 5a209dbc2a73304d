using System.Text.Json.Nodes;
using Brim.Cli;

namespace Brim.Bench;

/// <summary>What <c>brim verify --json</c> says of one network on one target.</summary>
internal sealed record Measurement(string Network, string Target, JsonObject Report)
{
    public long this[string key] => Report[key]!.GetValue<long>();

    /// <summary>Flash that is neither weights nor biases.</summary>
    public long FlashBeyondParameters => this["flashBytes"] - this["parameterBytes"];

    /// <summary>Runs the command in-process; throws if it fails or finds a mismatch, for a benchmark of wrong results is worth nothing.</summary>
    public static Measurement Take(string network, string model, string target, string root)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = CommandLineProgram.Run(["verify", model, "--target", target, "--inferences", "2", "--json"], output, error, root);
        if (code != 0)
            throw new InvalidOperationException($"{network} on {target} ended with exit code {code}\n{error}");
        return new Measurement(network, target, JsonNode.Parse(output.ToString())!.AsObject());
    }
}
