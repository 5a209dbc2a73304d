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

    /// <summary>Widths by their name.</summary>
    public static LayerCodes Named(string name) => Codes.Concat(
        from w in Enumerable.Range(4, 5) from a in Enumerable.Range(4, 5) select LayerCodes.Narrow(w, a)).Prepend(LayerCodes.Int8).First(c => c.Name == name);

    /// <summary>The layers.</summary>
    public static List<BenchLayer> Read(string root) => new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).Build()
        .Deserialize<List<BenchLayer>>(File.ReadAllText(Path.Combine(root, "qemu-tests", "Brim.Bench", "layers.yaml")));

    /// <summary>Measures all layers, or those of one target.</summary>
    public static List<LayerResult> Measure(string root, TextWriter progress, string? target = null)
    {
        var plan = Read(root).Where(l => target is null || l.Target == target).SelectMany(l => CodesOf(l).Select(c => (Layer: l, Codes: c, Accumulator: Wide))
            .Prepend((Layer: l, Codes: LayerCodes.Int8, Accumulator: Wide))
            .Concat(CodesOf(l).Select(c => (Layer: l, Codes: c, Accumulator: Automatic))));
        return [.. plan.AsParallel().AsOrdered().Select(p =>
        {
            lock (progress)
                progress.WriteLine($"measuring {p.Layer.Name} on {p.Layer.Target}, {p.Codes.Name}, accumulators {p.Accumulator}");
            return Measure(root, p.Layer, p.Codes, p.Accumulator);
        })];
    }

    private static IEnumerable<LayerCodes> CodesOf(BenchLayer layer) =>
        layer.Widths.Count == 0 ? Codes : layer.Widths.Select(w => LayerCodes.Narrow(w[0], w[1]));

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
