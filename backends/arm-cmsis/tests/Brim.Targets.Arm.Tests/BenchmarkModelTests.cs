using System.Globalization;
using Brim.Core.Diagnostics;
using Brim.Import.TfLite;
using Brim.Testing;
using Xunit.Abstractions;

namespace Brim.Targets.Arm.Tests;

/// <summary>
/// The MLPerf Tiny models on emulated cores: recorded bytes, and instruction counts that no change may raise. The ceilings stand a
/// few percent above what was measured when they were last set.
/// </summary>
public class BenchmarkModelTests(ITestOutputHelper output)
{
    [SkippableTheory]
    [InlineData("ic", "cortex-m4", 11_100_000)]
    [InlineData("kws", "cortex-m4", 3_100_000)]
    [InlineData("vww", "cortex-m4", 5_600_000)]
    [InlineData("ad", "cortex-m4", 270_000)]
    [InlineData("ic", "cortex-m3", 24_200_000)]
    [InlineData("kws", "cortex-m3", 7_200_000)]
    [InlineData("kws", "cortex-m0", 16_300_000)]
    [InlineData("ic", "cortex-m55", 2_450_000)]
    [InlineData("kws", "cortex-m55", 850_000)]
    [InlineData("vww", "cortex-m55", 1_790_000)]
    [InlineData("ad", "cortex-m55", 72_000)]
    public void A_model_gives_the_recorded_bytes_within_its_instructions(string name, string target, long ceiling)
    {
        CompiledLibrary.Require("gcc", "arm-none-eabi-gcc", "qemu-system-arm");
        var golden = GoldenModel.Open(name);
        var diagnostics = new DiagnosticBag();
        var graph = TfLiteImporter.Import(File.ReadAllBytes(golden.ModelPath), name, diagnostics);
        Assert.True(graph is not null, string.Join('\n', diagnostics.Items));
        using var library = new CompiledLibrary(graph, target);
        byte[] inputs = [.. Enumerable.Range(0, 2).SelectMany(i => golden.Inputs(i).SelectMany(b => b))];
        var result = library.RunEmulated(inputs);
        byte[] expected = [.. golden.Output(0), .. golden.Output(1)];
        Assert.Equal(expected, result.Outputs.ToArray());
        var counts = result.Counts!;
        Line($"{name} on {target}: {counts.Instructions} instructions, {counts.Cycles} cycles, arena {library.Model.Program.ArenaBytes}, code {result.Sizes.CodeBytes}, constants {result.Sizes.ConstantBytes}, stack {result.StackBytes}");
        foreach (var layer in counts.Layers)
        {
            var macs = layer.Index < 0 ? 0 : library.Model.Program.Graph.MacsOf(library.Model.Program.Steps[layer.Index].Node);
            Line($"  {layer.Index,3} {layer.Instructions,9} insn {layer.Cycles,9} cyc {macs,9} MAC {(macs == 0 ? 0 : (double)layer.Instructions / macs),7:F3}  {layer.Name}");
        }
        Assert.True(counts.Instructions <= ceiling, $"{counts.Instructions} instructions");
    }

    private void Line(FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
