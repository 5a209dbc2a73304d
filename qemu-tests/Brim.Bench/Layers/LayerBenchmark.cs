using System.Collections.Immutable;
using Brim.Cli;
using Brim.Compile.Accumulators;
using Brim.Core.Diagnostics;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Brim.Bench.Layers;

/// <summary>Measures the layers of layers.yaml at 32-bit and at narrow accumulators.</summary>
internal static class LayerBenchmark
{
    /// <summary>Kernels with one sum in a word.</summary>
    public const string Wide = "32";

    /// <summary>Whatever is cheapest.</summary>
    public const string Automatic = "auto";

    private const int Seed = 1;

    private static readonly ImmutableArray<LayerCodes> Codes = [LayerCodes.Narrow(4, 4), LayerCodes.Narrow(4, 5), LayerCodes.Narrow(4, 6)];

    public static List<LayerResult> Measure(string root, TextWriter progress)
    {
        var layers = new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).Build()
            .Deserialize<List<BenchLayer>>(File.ReadAllText(Path.Combine(root, "qemu-tests", "Brim.Bench", "layers.yaml")));
        var results = new List<LayerResult>();
        foreach (var layer in layers)
        {
            progress.WriteLine($"measuring {layer.Name} on {layer.Target}");
            results.Add(Measure(root, layer, LayerCodes.Int8, Wide));
            foreach (var codes in Codes)
                results.Add(Measure(root, layer, codes, Wide));
            foreach (var codes in Codes)
                results.Add(Measure(root, layer, codes, Automatic));
        }
        return results;
    }

    private static LayerResult Measure(string root, BenchLayer layer, LayerCodes codes, string accumulator)
    {
        var diagnostics = new DiagnosticBag();
        var backend = TargetCatalog.Find(layer.Target, root, false, diagnostics) ?? throw new InvalidOperationException(string.Join('\n', diagnostics.Items));
        var graph = LayerGraph.Of("layer", layer.Shape, codes, Seed);
        var (step, macs, measured) = LayerRun.Measure(graph, backend, root, new AccumulatorOptions(accumulator == Wide ? 32 : null, SingleStage: false)).Single();
        return new LayerResult(layer, codes, accumulator, step.Call.Kernel.Function, step.Call.Lanes?.Packed?.WidestLane ?? 32, macs, measured.Instructions, measured.Cycles,
            backend.Costs?.Cycles(step.Call, backend.Target));
    }
}
