using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Brim.Bench.Layers;
using Brim.Cli;
using Brim.Compile;
using Brim.Compile.Accumulators;
using Brim.Compile.Costs;
using Brim.Compile.Kernels;
using Brim.Compile.Program;
using Brim.Core.Diagnostics;
using Brim.Core.IR;

namespace Brim.Bench.Fitting;

/// <summary>Measures the calibration layers on one core of every instruction set and writes the kernels' cost tables.</summary>
internal sealed class CostCalibration(string root, TextWriter progress)
{
    private const int Seed = 2026;

    private static readonly AccumulatorOptions OneSum = new(32, SingleStage: false);

    /// <summary>Kernels whose widest lanes are seldom emptied empty them often.</summary>
    private static readonly AccumulatorOptions Narrowest = new(12, SingleStage: false);

    /// <summary>The core to measure for every instruction set, and the architectures for which the C compiler makes the same code of the kernels; the first names the file.</summary>
    private static readonly (string Target, string[] Architectures)[] Measured =
    [
        ("cortex-m0", ["armv6-m"]),
        ("cortex-m3", ["armv7-m"]),
        ("cortex-m4", ["armv7e-m", "armv8-m.main"]),
        ("cortex-m55", ["armv8.1-m.main"]),
    ];

    /// <summary>Folder of the cost tables.</summary>
    public static string Folder(string root) => Path.Combine(root, "backends", "arm-cmsis", "costs");

    /// <summary>Makes all tables, or those of the targets given; <c>TARGET:RULE</c> measures the kernels of one rule only and keeps what the table has of others.</summary>
    public void Run(IReadOnlyCollection<string> selected)
    {
        Directory.CreateDirectory(Folder(root));
        var wanted = selected.Select(s => s.Split(':')).ToLookup(s => s[0], s => s.Length > 1 ? s[1] : null);
        foreach (var (target, architectures) in Measured.Where(m => selected.Count == 0 || wanted.Contains(m.Target)))
        {
            var path = Path.Combine(Folder(root), architectures[0] + ".json");
            var rules = wanted[target].OfType<string>().ToList();
            var table = (rules.Count == 0 ? Fit(target) : Refit(target, rules, path)) with { Architectures = [.. architectures] };
            File.WriteAllText(path + ".new", table.ToJson());
            File.Move(path + ".new", path, overwrite: true);
            foreach (var (function, kernel) in table.Kernels)
                progress.WriteLine(FormattableString.Invariant($"{target}: {function}: {kernel.Samples} layers, worst {kernel.WorstError:P1}"));
        }
    }

    private CostTable Refit(string target, List<string> rules, string path)
    {
        var (backend, samples) = (Backend(target, portableOnly: false), new List<Sample>());
        foreach (var rule in backend.Rules.Where(r => rules.Contains(r.Name)))
        {
            CollectSums(samples, backend, rule);
            CollectLanes(samples, backend, rule);
        }
        // Read only now: another process may have fitted other rules meanwhile.
        var diagnostics = new DiagnosticBag();
        var old = CostTable.Parse(path, File.ReadAllText(path), diagnostics) ?? throw new InvalidOperationException(string.Join('\n', diagnostics.Items));
        return old with { Kernels = old.Kernels.SetItems(Kernels(samples, backend)) };
    }

    private Backend Backend(string target, bool portableOnly)
    {
        var diagnostics = new DiagnosticBag();
        var backend = TargetCatalog.Find(target, root, portableOnly, diagnostics) ?? throw new InvalidOperationException(string.Join('\n', diagnostics.Items));
        return backend with { Costs = null };
    }

    private CostTable Fit(string target)
    {
        var (backend, portable) = (Backend(target, portableOnly: false), Backend(target, portableOnly: true));
        var samples = new List<Sample>();
        foreach (var rule in backend.Rules.Where(r => !r.IsLastResort))
        {
            CollectSums(samples, backend, rule);
            CollectLanes(samples, backend, rule);
        }
        Collect(samples, portable, LayerCodes.Int8, [.. CalibrationLayers.Weighted, .. CalibrationLayers.Sums]);
        // A network has one of these, if any: the C compiler makes it a function of its own for the shape.
        foreach (var shape in CalibrationLayers.Single)
        {
            Collect(samples, backend, LayerCodes.Int8, [shape]);
            if (backend.Target.Has("dsp") && shape.Kind == LayerKind.AveragePool)
                Collect(samples, portable, LayerCodes.Int8, [shape]);
        }
        Collect(samples, portable, CalibrationLayers.Narrow[0], CalibrationLayers.Weighted);
        return new CostTable([backend.Target.Architecture], target, Kernels(samples, backend));
    }

    private static ImmutableSortedDictionary<string, KernelCosts> Kernels(List<Sample> samples, Backend backend) =>
        samples.Where(s => !s.Call.Work.IsEmpty).GroupBy(s => s.Call.Kernel.Function)
            .ToImmutableSortedDictionary(g => g.Key, g => CostFitter.Fit([.. g], backend.Target.Costs!), StringComparer.Ordinal);

    /// <summary>Measures the layers that one rule has a kernel with one sum in a word, or without any, for, whatever the planner would choose.</summary>
    private void CollectSums(List<Sample> samples, Backend backend, IKernelRule rule)
    {
        foreach (var codes in CalibrationLayers.Int8.Append(CalibrationLayers.Narrow[0]))
            CollectSums(samples, backend, rule, codes, [.. CalibrationLayers.Weighted, .. CalibrationLayers.Sums], _ => true);
        // Only where left shifts make a function of its own.
        var measured = samples.Select(s => s.Call.Kernel.Function).ToHashSet(StringComparer.Ordinal);
        foreach (var codes in CalibrationLayers.Steep)
            CollectSums(samples, backend, rule, codes, CalibrationLayers.Weighted, call => !measured.Contains(call.Kernel.Function));
    }

    private void CollectSums(
        List<Sample> samples, Backend backend, IKernelRule rule, LayerCodes codes, ImmutableArray<LayerShape> layers, Func<KernelCall, bool> wanted)
    {
        ImmutableArray<LayerShape> shapes =
            [.. layers.Where(s => LayerRun.Lower(rule, LayerGraph.Of("layer", s, codes, Seed), backend) is { Lanes: null } call && wanted(call))];
        if (shapes.Length > 0)
            Collect(samples, backend with { Rules = [rule] }, codes, shapes, OneSum);
    }

    /// <summary>Measures the layers that one rule has a lane kernel for, whatever the planner would choose.</summary>
    private void CollectLanes(List<Sample> samples, Backend backend, IKernelRule rule)
    {
        foreach (var codes in CalibrationLayers.Narrow)
            CollectLanes(samples, backend, rule, codes, CalibrationLayers.Weighted);
        foreach (var codes in CalibrationLayers.Rescalings)
            CollectLanes(samples, backend, rule, codes, CalibrationLayers.Some);
        foreach (var codes in CalibrationLayers.Narrow[1..3])
            CollectLanes(samples, backend, rule, codes, CalibrationLayers.Some, Narrowest);
    }

    private void CollectLanes(
        List<Sample> samples, Backend backend, IKernelRule rule, LayerCodes codes, ImmutableArray<LayerShape> layers, AccumulatorOptions? accumulators = null)
    {
        ImmutableArray<LayerShape> shapes = [.. layers.Where(s => IsLaneKernel(LayerRun.Lower(rule, LayerGraph.Of("layer", s, codes, Seed), backend)))];
        if (shapes.Length > 0)
        {
            // Beside others a layer has other weights, which the rule may refuse.
            var measured = new List<Sample>();
            Collect(measured, backend with { Rules = [rule, .. backend.Rules.Where(r => r.IsLastResort)] }, codes, shapes, accumulators);
            samples.AddRange(measured.Where(s => IsLaneKernel(s.Call)));
        }
    }

    private static bool IsLaneKernel([NotNullWhen(true)] KernelCall? call) => call?.Lanes is { Packed: not null };

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
