using Brim.Bench.Layers;
using Brim.Cli;
using Brim.Core.Diagnostics;
using Brim.Testing;

namespace Brim.QemuTests.Costs;

/// <summary>
/// The planner's cost model against the emulator, on layers that it was not fitted to. A kernel that is changed without a new fit fails here:
/// <c>make fit-costs</c>.
/// </summary>
public class PredictionTests
{
    private static readonly LayerShape[] Shapes =
    [
        LayerShape.Conv(8, 8, 64, 64), LayerShape.Conv(16, 16, 32, 32), LayerShape.ValidConv(25, 5, 64, 64, 1, 1), LayerShape.Depthwise(24, 24, 32), LayerShape.Dense(640, 128),
    ];

    [SkippableTheory]
    [InlineData("cortex-m0")]
    [InlineData("cortex-m0plus-small-multiplier")]
    [InlineData("cortex-m3")]
    [InlineData("cortex-m4")]
    [InlineData("cortex-m7")]
    [InlineData("cortex-m33")]
    [InlineData("cortex-m55")]
    public void CyclesArePredictedWithinTenPercent(string target)
    {
        Bench.RequireTools();
        var diagnostics = new DiagnosticBag();
        var backend = TargetCatalog.Find(target, TestData.RepositoryRoot, false, diagnostics);
        Assert.True(backend is not null, Bench.Text(diagnostics));
        var graph = new LayerGraph("held_out", 5);
        foreach (var shape in Shapes)
        {
            graph.Add(shape, LayerCodes.Int8);
            // The depthwise lane kernel of the Cortex-M3 is a known exception (cost-model.md).
            if (backend.Target.Architecture != "armv7-m" || shape.Kind != LayerKind.Depthwise)
                graph.Add(shape, LayerCodes.Narrow(4, 5));
        }
        var kernels = new HashSet<string>();
        foreach (var (step, _, measured) in LayerRun.Measure(graph.Graph, backend, TestData.RepositoryRoot))
        {
            var predicted = backend.Costs!.Cycles(step.Call, backend.Target);
            Assert.True(predicted is not null, $"{step.Call.Kernel.Function} has no cost data");
            var error = (predicted.Value / (double)measured.Cycles) - 1;
            kernels.Add(step.Call.Kernel.Function);
            Assert.True(Math.Abs(error) <= LayerReport.PredictionLimit, $"{step.Call.Kernel.Function}: {predicted} cycles predicted, {measured.Cycles} measured");
        }
        // Sixteen int8 products an instruction are more than any lanes of the scalar unit do.
        Assert.Equal(!backend.Target.Has("mve"), kernels.Any(k => k.Contains("_lanes_", StringComparison.Ordinal)));
        Assert.Contains(kernels, k => !k.Contains("_lanes_", StringComparison.Ordinal));
    }
}
