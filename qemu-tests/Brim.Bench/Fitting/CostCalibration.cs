using System.Collections.Immutable;
using Brim.Bench.Layers;
using Brim.Cli;
using Brim.Compile;
using Brim.Compile.Accumulators;
using Brim.Compile.Costs;
using Brim.Compile.Kernels;
using Brim.Core.Diagnostics;
using Brim.Core.IR;

namespace Brim.Bench.Fitting;

/// <summary>Measures the calibration layers on one core of every instruction set and writes the kernels' cost tables.</summary>
internal sealed class CostCalibration(string root, TextWriter progress)
{
    private const int Seed = 2026;

    private static readonly AccumulatorOptions OneSum = new(32, SingleStage: false);

    /// <summary>The core to measure, and the file's name, for every instruction set.</summary>
    private static readonly (string Target, string File)[] Measured =
    [
        ("cortex-m0", "armv6-m"),
        ("cortex-m3", "armv7-m"),
        ("cortex-m4", "armv7e-m"),
        ("cortex-m33", "armv8-m.main"),
        ("cortex-m55", "armv8.1-m.main"),
    ];

    /// <summary>Folder of the cost tables.</summary>
    public static string Folder(string root) => Path.Combine(root, "backends", "arm-cmsis", "costs");

    /// <summary>Makes all tables, or those of the targets given.</summary>
    public void Run(IReadOnlyCollection<string> targets)
    {
        Directory.CreateDirectory(Folder(root));
        foreach (var (target, file) in Measured.Where(m => targets.Count == 0 || targets.Contains(m.Target)))
        {
            var table = Fit(target);
            var path = Path.Combine(Folder(root), file + ".json");
            File.WriteAllText(path + ".new", table.ToJson());
            File.Move(path + ".new", path, overwrite: true);
            foreach (var (function, kernel) in table.Kernels)
                progress.WriteLine(FormattableString.Invariant($"{target}: {function}: {kernel.Samples} layers, worst {kernel.WorstError:P1}"));
        }
    }

    private CostTable Fit(string target)
    {
        var diagnostics = new DiagnosticBag();
        var backend = TargetCatalog.Find(target, root, false, diagnostics) ?? throw new InvalidOperationException(string.Join('\n', diagnostics.Items));
        var portable = TargetCatalog.Find(target, root, true, diagnostics)!;
        backend = backend with { Costs = null };
        var samples = new List<Sample>();
        foreach (var codes in CalibrationLayers.Int8)
            Collect(samples, backend, codes, CalibrationLayers.Weighted, OneSum);
        foreach (var codes in CalibrationLayers.Narrow)
        {
            Collect(samples, backend, codes, CalibrationLayers.Weighted, OneSum);
            foreach (var rule in backend.Rules.Where(r => !r.IsLastResort))
                CollectLanes(samples, backend, rule, codes);
        }
        Collect(samples, backend, LayerCodes.Int8, CalibrationLayers.Sums);
        Collect(samples, backend, CalibrationLayers.Int8[2], CalibrationLayers.Sums);
        Collect(samples, portable, LayerCodes.Int8, [.. CalibrationLayers.Weighted, .. CalibrationLayers.Sums]);
        // A network has one of these, if any: the C compiler makes it a function of its own for the shape.
        foreach (var shape in CalibrationLayers.Single)
        {
            Collect(samples, backend, LayerCodes.Int8, [shape]);
            if (backend.Target.Has("dsp") && shape.Kind == LayerKind.AveragePool)
                Collect(samples, portable, LayerCodes.Int8, [shape]);
        }
        Collect(samples, portable, CalibrationLayers.Int8[3], CalibrationLayers.Weighted);
        Collect(samples, portable, CalibrationLayers.Narrow[0], CalibrationLayers.Weighted);
        var kernels = samples.Where(s => !s.Call.Work.IsEmpty).GroupBy(s => s.Call.Kernel.Function)
            .ToImmutableSortedDictionary(g => g.Key, g => CostFitter.Fit([.. g], backend.Target.Costs!), StringComparer.Ordinal);
        return new CostTable([backend.Target.Architecture], target, kernels);
    }

    /// <summary>Measures the layers that one rule has a lane kernel for, whatever the planner would choose.</summary>
    private void CollectLanes(List<Sample> samples, Backend backend, IKernelRule rule, LayerCodes codes)
    {
        ImmutableArray<LayerShape> shapes = [.. CalibrationLayers.Weighted.Where(s => IsLaneKernel(rule, LayerGraph.Of("layer", s, codes, Seed), backend))];
        if (shapes.Length > 0)
            Collect(samples, backend with { Rules = [rule] }, codes, shapes);
    }

    private static bool IsLaneKernel(IKernelRule rule, Graph graph, Backend backend)
    {
        var call = LayerRun.Lower(rule, graph, backend);
        return call?.Lanes is { Packed: not null };
    }

    private void Collect(List<Sample> samples, Backend backend, LayerCodes codes, ImmutableArray<LayerShape> shapes, AccumulatorOptions? accumulators = null)
    {
        progress.WriteLine($"{backend.Target.Name}: measuring {shapes.Length} layers, {codes.Name}");
        var layers = new LayerGraph("calibration", Seed);
        foreach (var shape in shapes)
            layers.Add(shape, codes);
        foreach (var (step, _, measured) in LayerRun.Measure(layers.Graph, backend, root, accumulators))
            samples.Add(new Sample(step.Call, measured.Cycles, measured.Classes));
    }
}
