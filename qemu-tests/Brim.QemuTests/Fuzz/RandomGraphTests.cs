using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using Brim.Compile.Transforms;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Xunit.Abstractions;

namespace Brim.QemuTests.Fuzz;

/// <summary>
/// Random graphs give the same bytes in the graph interpreter, the program interpreter, C on the host under the sanitizers, and C on emulated cores.
/// <c>BRIM_FUZZ_COUNT</c> and <c>BRIM_FUZZ_SEED</c> choose other seeds (<c>make fuzz</c>).
/// </summary>
public class RandomGraphTests(ITestOutputHelper console)
{
    private const int DefaultCount = 300;
    private const int DefaultSeed = 1;
    private const int CasesPerBatch = 25;
    private const int ReportedFailures = 20;

    [SkippableFact]
    [Trait("Category", "Fuzz")]
    public void Every_execution_gives_the_same_bytes()
    {
        Bench.RequireTools();
        var (seed, count) = (Setting("BRIM_FUZZ_SEED", DefaultSeed), Setting("BRIM_FUZZ_COUNT", DefaultCount));
        var batches = Enumerable.Range(seed, count).Chunk(CasesPerBatch).ToList();
        var failures = new ConcurrentBag<(int Seed, FuzzTarget Target, string Text)>();
        Parallel.ForEach(batches, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, (seeds, _, index) =>
        {
            ImmutableArray<FuzzCase> cases = [.. seeds.Select(FuzzCase.Create)];
            var asFirmware = index % 6 == 5;
            FuzzTarget[] targets =
            [
                // By turns, so that the cores' kernels meet the sanitizers too.
                index % 2 == 0 ? FuzzTarget.Host() : FuzzTarget.HostWithKernelsOf(index % 4 == 1 ? "cortex-m4" : "cortex-m55"),
                FuzzTarget.Emulated(index % 6 == 2 ? "cortex-m55" : "cortex-m3", asFirmware),
                FuzzTarget.Emulated("cortex-m4", asFirmware),
            ];
            foreach (var target in targets)
            {
                foreach (var (failed, difference) in FuzzBatch.Run(cases, target))
                    failures.Add((failed, target, $"seed {failed} on {target.Name}: {difference}"));
            }
        });
        console.WriteLine($"{count} graphs from seed {seed}");
        var first = failures.OrderBy(f => f.Seed).ThenBy(f => f.Text, StringComparer.Ordinal).ToList();
        Assert.True(first.Count == 0, Report(first));
    }

    private static string Report(List<(int Seed, FuzzTarget Target, string Text)> failures)
    {
        if (failures.Count == 0)
            return "";
        var (seed, target, _) = failures[0];
        var first = FuzzCase.Create(seed);
        return $"""
            {failures.Select(f => f.Seed).Distinct().Count()} graphs fail:
            {string.Join('\n', failures.Take(ReportedFailures).Select(f => f.Text))}
            The first, again with: make fuzz COUNT=1 SEED={seed}
            {FirstLayer(first, target)}
            {GraphPrinter.Print(first.Graph)}
            """;
    }

    /// <summary>Runs a failing case again with every layer's result as an output, to find the first that differs.</summary>
    private static string FirstLayer(FuzzCase failing, FuzzTarget target)
    {
        var lowered = StandardPipeline.Run(failing.Graph, new PassContext(new DiagnosticBag()));
        var exposed = lowered with { Outputs = [.. lowered.Nodes.SelectMany(n => n.Outputs)] };
        return FuzzBatch.Run([FuzzCase.Create(failing.Seed, exposed, failing.Inputs)], target).TryGetValue(failing.Seed, out var difference)
            ? $"With every layer's result given out, the first difference is: {difference}\n{GraphPrinter.Print(exposed)}As a model:"
            : "With every layer's result given out nothing differs: look at passes, plan and overlaps.";
    }

    private static int Setting(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
