using System.Collections.Immutable;
using Brim.Core.IR;
using Brim.QemuTests.Fuzz;
using Brim.Quantize.Data;
using Xunit.Abstractions;

namespace Brim.QemuTests.Widths;

/// <summary>
/// Float networks quantized to every width go through a QONNX file, the passes, the evaluator, both interpreters, C on the host and C on emulated cores with
/// the same codes and bytes everywhere. A sample of the widths by default; with <c>BRIM_FUZZ_COUNT</c> set (<c>make fuzz</c>) all of them.
/// </summary>
public class WidthGridTests(ITestOutputHelper console)
{
    private const int CasesPerBatch = 14;
    private static readonly bool IsFull = Environment.GetEnvironmentVariable("BRIM_FUZZ_COUNT") is { Length: > 0 };

    [SkippableFact]
    [Trait("Category", "Fuzz")]
    public void Random_networks_of_any_width_give_the_same_bytes_everywhere()
    {
        int[] weights = IsFull ? [2, 3, 4, 5, 6, 7, 8] : [2, 8], activations = IsFull ? [1, 2, 3, 4, 5, 6, 7, 8] : [1, 4, 8];
        Run(FloatNetworks.Random(1), WidthCase.Grid(weights, activations), ["cortex-m3", "cortex-m4"]);
    }

    [SkippableFact]
    [Trait("Category", "Fuzz")]
    public void The_example_of_any_width_gives_the_same_bytes_everywhere()
    {
        int[] weights = IsFull ? [2, 3, 4, 5, 6, 7, 8] : [4], activations = IsFull ? [1, 2, 3, 4, 5, 6, 7, 8] : [3];
        Run(FloatNetworks.Shapes(), WidthCase.Grid(weights, activations), ["cortex-m3", "cortex-m4"]);
    }

    private void Run((Graph Graph, DataSource Data) network, ImmutableArray<WidthCase> cases, string[] targets)
    {
        Bench.RequireTools();
        using var data = network.Data;
        var failures = new List<string>();
        foreach (var batch in Enumerable.Range(0, cases.Length).Chunk(CasesPerBatch))
        {
            ImmutableArray<FuzzCase> made = [.. batch.AsParallel().AsOrdered().Select(i => cases[i].Make(i, network.Graph, network.Data))];
            FuzzTarget[] cores = [FuzzTarget.Host(), .. targets.Select(t => FuzzTarget.Emulated(t, false))];
            Parallel.ForEach(cores, target =>
            {
                foreach (var (index, difference) in FuzzBatch.Run(made, target))
                {
                    lock (failures)
                        failures.Add($"{cases[index]} on {target.Name}: {difference}");
                }
            });
        }
        console.WriteLine($"{cases.Length} combinations of widths");
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }
}
