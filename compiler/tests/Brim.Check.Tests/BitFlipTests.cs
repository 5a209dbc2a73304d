using Brim.Check.Source;
using Brim.Compile.Accumulators;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Targets.Arm;
using Brim.Testing;

namespace Brim.Check.Tests;

/// <summary>
/// No single bit of a layer's data can turn over unnoticed if it matters. The comparison of files is left out: what is tried is the proof. A bit
/// that the checker passes over must be one that no input can tell: the kernel itself is run on the host with and without the flip.
/// </summary>
public class BitFlipTests
{
    public static TheoryData<int> Layers => [.. Enumerable.Range(0, SmallLayers.All.Count)];

    [Theory]
    [MemberData(nameof(Layers))]
    public void EveryFlippedBitOfASmallLayerIsNoticed(int index)
    {
        var (kernel, rule, target, graph) = SmallLayers.All[index];
        var library = CheckedLibrary.Of(graph(), target, rule);
        Assert.Equal(kernel, Assert.Single(library.Model.Program.Steps).Call.Kernel.Function);
        // Chunks after the first have start words and headers of their own kind.
        if (library.Model.Program.Steps[0].Call.Lanes?.Packed is { } packed && !kernel.StartsWith("brim_lanes_depthwise3x3_", StringComparison.Ordinal))
            Assert.Contains(packed.Layer.Tiles, t => t.Chunks.Length > 1);
        var unnoticed = Unnoticed(library, _ => true, out var tried);
        Assert.True(tried > 300, $"only {tried} bits");
        Assert.True(unnoticed.Count == 0, $"{unnoticed.Count} of {tried}: {string.Join(", ", unnoticed.Take(10))}");
    }

    /// <summary>The wide lanes of smlad-dual are cut only for a limit: headers and start words of their own kind.</summary>
    [Theory]
    [InlineData("LaneConvDualRule")]
    [InlineData("LaneDenseDualRule")]
    [InlineData("LaneConvPixelsRule")]
    public void EveryFlippedBitOfLanesCutForALimitIsNoticed(string rule)
    {
        var graph = rule switch
        {
            "LaneDenseDualRule" => SmallLayers.Dense(1, 62, 32, 4, ElementType.Unsigned(4)),
            "LaneConvDualRule" => SmallLayers.Strided(4, 4, 12, 8, ElementType.Unsigned(4)),
            _ => SmallLayers.Strided(4, 4, 14, 7, ElementType.Unsigned(4), 4),
        };
        var library = CheckedLibrary.Of(graph, "cortex-m4", rule, new AccumulatorOptions(11, SingleStage: false));
        var packed = Assert.Single(library.Model.Program.Steps).Call.Lanes?.Packed;
        Assert.Contains(packed!.Layer.Tiles, t => t.Lanes[0].Offset != 0 && t.Chunks.Length > 2);
        Assert.InRange(packed.WidestLane, 1, 11);
        var unnoticed = Unnoticed(library, _ => true, out var tried);
        Assert.True(tried > 300, $"only {tried} bits");
        Assert.True(unnoticed.Count == 0, $"{unnoticed.Count} of {tried}: {string.Join(", ", unnoticed.Take(10))}");
    }

    /// <summary>
    /// Where the model rescales in float32 and the kernel by a fixed-point factor that gives the same codes, low bits of the factor may be free.
    /// These are the only bits deemed not to matter, and the kernel must agree on adversarial inputs.
    /// </summary>
    [SkippableFact]
    public void BitsThatPassUnnoticedChangeNoOutput()
    {
        var graph = SmallLayers.Pointwise(3, 5, 4, Requantization.OnnxFloat);
        var library = CheckedLibrary.Of(graph, "cortex-m4", "SmladPointwiseRule");
        Assert.StartsWith("brim_pointwise_s8_smlad_single", Assert.Single(library.Model.Program.Steps).Call.Kernel.Function, StringComparison.Ordinal);
        var unnoticed = Unnoticed(library, _ => true, out var tried);
        Assert.InRange(unnoticed.Count, 1, tried / 10);
        Assert.All(unnoticed, f => Assert.True(f.Array.Name.EndsWith("_channels", StringComparison.Ordinal) && f.Index % 5 is 2 or 3, f.ToString()));
        var changes = HostFlips.Differences(library, graph, [.. unnoticed, .. Controls(library)]);
        Assert.All(changes.SkipLast(1), change => Assert.False(change));
        Assert.True(changes[^1], "a flipped weight changes no output: the inputs prove nothing");
    }

    /// <summary>The certificate says by how much weights are shifted against the model's; another number is another model.</summary>
    [Fact]
    public void AnotherShiftOfTheWeightsIsNoticed()
    {
        var (certificate, source, inputs) = CheckedLibrary.Of(SmallLayers.Steep(9, 3), "cortex-m4", "SmladFullyConnectedRule").Parse();
        var shifts = certificate.Layers[0].Sums!.Shifts;
        Assert.Contains(shifts, s => s > 0);
        for (var c = 0; c < shifts.Length; c++)
        {
            var own = shifts[c];
            for (shifts[c] = 0; shifts[c] < 8; shifts[c]++)
            {
                var diagnostics = new DiagnosticBag();
                LibraryChecker.Check("library", certificate, source, inputs, diagnostics);
                Assert.Equal(shifts[c] != own, diagnostics.HasErrors);
            }
            shifts[c] = own;
        }
    }

    [Theory]
    [InlineData("cortex-m4", 3)]
    [InlineData("cortex-m3", 4)]
    public void SampledBitsOfRandomNetworksAreNoticed(string target, int seed)
    {
        var graph = RandomGraphs.Create(seed, RandomNetworks.Lanes);
        var library = CheckedLibrary.Of(graph, target);
        var random = new SplitMix64((ulong)seed);
        var unnoticed = Unnoticed(library, _ => random.OneIn(150), out var tried);
        Assert.True(tried > 50, $"only {tried} bits");
        Assert.True(unnoticed.Count == 0, $"{unnoticed.Count} of {tried}: {string.Join(", ", unnoticed.Take(10))}");
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void EveryFlippedBitOfAParameterIsNoticed(int index)
    {
        var (_, rule, target, graph) = SmallLayers.All[index];
        var (certificate, source, inputs) = CheckedLibrary.Of(graph(), target, rule).Parse();
        var fields = source.Layers[0].Required.Fields;
        foreach (var (path, value) in fields.Where(f => f.Value.Array is null).ToList())
        {
            for (var bit = 0; bit < 32; bit++)
            {
                fields[path] = new ParameterValue((int)value.Number ^ (1 << bit), null);
                var diagnostics = new DiagnosticBag();
                LibraryChecker.Check("library", certificate, source, inputs, diagnostics);
                Assert.True(diagnostics.HasErrors, $"{path} = {fields[path].Number} instead of {value.Number}");
            }
            fields[path] = value;
        }
    }

    /// <summary>Flips that nothing is reported for, among the arrays of layers that accumulate.</summary>
    private static List<BitFlip> Unnoticed(CheckedLibrary library, Func<BitFlip, bool> wanted, out int tried)
    {
        var (certificate, source, inputs) = library.Parse();
        var proven = certificate.Layers.Where(l => l.Sums is not null).SelectMany(l => l.Sums!.Words.Select(w => w.Array)).ToHashSet(StringComparer.Ordinal);
        var unnoticed = new List<BitFlip>();
        tried = 0;
        var intact = new DiagnosticBag();
        LibraryChecker.Check("library", certificate, source, inputs, intact);
        Assert.False(intact.HasErrors, string.Join('\n', intact.Items));
        foreach (var flip in source.Arrays.Values.Where(a => proven.Contains(a.Name)).SelectMany(BitFlip.AllOf).Where(wanted))
        {
            tried++;
            flip.Apply();
            var diagnostics = new DiagnosticBag();
            LibraryChecker.Check("library", certificate, source, inputs, diagnostics);
            if (!diagnostics.HasErrors)
                unnoticed.Add(flip);
            flip.Apply();
        }
        return unnoticed;
    }

    private static IEnumerable<BitFlip> Controls(CheckedLibrary library) =>
        [new BitFlip(library.Parse().Source.Arrays.Values.First(a => a.Name.EndsWith("_weights", StringComparison.Ordinal)), 0, 5)];
}
