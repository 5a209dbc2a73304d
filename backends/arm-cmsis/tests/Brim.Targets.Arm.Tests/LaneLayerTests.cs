using System.Collections.Immutable;
using Brim.Compile.Accumulators;
using Brim.Core.IR;
using Brim.Testing;
using Xunit.Abstractions;

namespace Brim.Targets.Arm.Tests;

/// <summary>
/// Random layers through the compiler's own path: rules, emitted library, firmware on an emulated core. 110 layers a core, on random inputs and on
/// those that drive sums to the ends of their lanes.
/// </summary>
public class LaneLayerTests(ITestOutputHelper output)
{
    private const int Layers = 110;
    private const int RandomInferences = 2;
    private const int AdversarialInferences = 22; // both ends of every channel of a convolution

    /// <summary>Rules that come before dual16's and take nearly all of its layers where costs are not known.</summary>
    private static readonly string[] BeforeDual16 = ["LaneConv3x3RowsRule", "LaneConv3x3TripleRule", "LaneDepthwise3x3RowsRule", "LaneDepthwise3x3PixelsRule"];

    [SkippableTheory]
    [InlineData("cortex-m0", 1, "lanes_conv3x3_triple", "lanes_conv_dual16", "lanes_dense_dual16", "lanes_depthwise3x3_dual16")]
    [InlineData("cortex-m3", 2, "lanes_conv3x3_rows", "lanes_conv_dual16", "lanes_depthwise3x3_rows", "lanes_dense_dual16")]
    [InlineData("cortex-m4", 3, "lanes_conv3x3_rows", "lanes_conv_dual", "lanes_dense_dual", "lanes_depthwise3x3_rows")]
    [InlineData("cortex-m7", 14, "lanes_conv3x3_rows", "lanes_conv_dual", "lanes_dense_dual", "lanes_depthwise3x3_rows")]
    [InlineData("cortex-m33", 5, "lanes_conv3x3_rows", "lanes_conv_dual", "lanes_dense_dual", "lanes_depthwise3x3_rows")]
    [InlineData("cortex-m55", 9, "conv2d_s8_mve_single_clamped", "pointwise_s8_mve_single_clamped", "depthwise3x3_s8_mve_single_clamped")]
    public void Random_layers_give_the_reference_bits(string target, int seed, params string[] kernels)
    {
        Run(target, seed, kernels);
    }

    [SkippableTheory]
    [InlineData("cortex-m0", 6)]
    [InlineData("cortex-m3", 8)]
    public void Random_layers_by_lanes_of_16_bits_give_the_reference_bits(string target, int seed) => 
        Run(target, seed, ["lanes_conv_dual16", "lanes_dense_dual16", "lanes_depthwise3x3_dual16"], BeforeDual16);

    private void Run(string target, int seed, string[] kernels, params string[] without)
    {
        CompiledLibrary.Require("gcc", "arm-none-eabi-gcc", "qemu-system-arm");
        var graph = LaneSweep.Create("lanes", seed, Layers);
        using var library = new CompiledLibrary(graph, target, isLowered: true, without: without);
        var used = library.Model.Choices.GroupBy(c => c.Call.Kernel.Function).ToDictionary(g => g.Key, g => g.Count());
        output.WriteLine(string.Join('\n', used.Select(u => $"{u.Value,4} {u.Key}")));
        // Of the small 3x3 layers most have streams of triples that would take more flash than int8.
        Assert.All(kernels, k => Assert.True(used.GetValueOrDefault("brim_" + k) >= (k == "lanes_conv3x3_triple" ? 3 : 8), $"{k}: {used.GetValueOrDefault("brim_" + k)} layers"));
        Compare(graph, library);
    }

    /// <summary>Two pixels in a word: kernels for which other lanes must make way.</summary>
    [SkippableTheory]
    [InlineData("cortex-m4", 7, "lanes_conv_pixels", "lanes_conv_quad", "lanes_depthwise3x3_pixels")]
    [InlineData("cortex-m3", 8, "lanes_conv_quad", "lanes_depthwise3x3_pixels")]
    public void Random_layers_by_pairs_of_pixels_give_the_reference_bits(string target, int seed, params string[] kernels)
    {
        CompiledLibrary.Require("gcc", "arm-none-eabi-gcc", "qemu-system-arm");
        var graph = LaneSweep.Create("lanes", seed, Layers / 2);
        using var library = new CompiledLibrary(graph, target, isLowered: true, null, null,
            "LaneConv3x3RowsRule", "LaneConvDualRule", "LaneConvDual16Rule", "LaneConv3x3TripleRule", "LaneDepthwise3x3RowsRule");
        var used = library.Model.Choices.GroupBy(c => c.Call.Kernel.Function).ToDictionary(g => g.Key, g => g.Count());
        output.WriteLine(string.Join('\n', used.Select(u => $"{u.Value,4} {u.Key}")));
        Assert.All(kernels, k => Assert.True(used.GetValueOrDefault("brim_" + k) >= 5, $"{k}: {used.GetValueOrDefault("brim_" + k)} layers"));
        Compare(graph, library);
    }

    /// <summary>With a limit the wide lanes are emptied, too, where otherwise they are read once.</summary>
    [SkippableTheory]
    [InlineData("cortex-m4", 6)]
    public void Random_layers_in_12_bits_give_the_reference_bits(string target, int seed)
    {
        CompiledLibrary.Require("gcc", "arm-none-eabi-gcc", "qemu-system-arm");
        var graph = LaneSweep.Create("lanes", seed, 2 * Layers / 3);
        using var library = new CompiledLibrary(graph, target, isLowered: true, new AccumulatorOptions(12, SingleStage: false));
        var packed = library.Model.Choices.Select(c => c.Call.Lanes?.Packed).OfType<PackedProof>().ToList();
        Assert.True(packed.Count > 20, $"{packed.Count} lane kernels");
        Assert.All(packed, p => Assert.InRange(p.WidestLane, 1, 12));
        Assert.Contains(packed, p => p.Layer.Tiles.Any(t => t.Lanes[0] is { Offset: 12, Bits: 20 } && t.Chunks.Length > 1));
        Compare(graph, library);
    }

    /// <summary>Compares every output of random and adversarial inferences with the interpreter's, and the flash of every lane kernel's weights with int8's.</summary>
    internal static void Compare(Graph graph, CompiledLibrary library, int adversarial = AdversarialInferences)
    {
        AssertNoLargerThanInt8(library);
        List<ImmutableArray<Tensor>> inputs =
        [
            .. Enumerable.Range(0, RandomInferences).Select(i => RandomGraphs.Inputs(graph, i)),
            .. Enumerable.Range(0, adversarial).Select(i => AdversarialInputs.Of(graph, i)),
        ];
        var expected = CompiledLibrary.Reference(graph, inputs);
        var actual = library.RunEmulated(CompiledLibrary.Bytes(inputs)).Outputs.AsSpan();
        Assert.Equal(expected.Length, actual.Length);
        var at = 0;
        for (var i = 0; i < inputs.Count; i++)
        {
            foreach (var (id, choice) in graph.Outputs.Zip(library.Model.Choices))
            {
                var bytes = (int)graph.TypeOf(id).Bytes;
                var same = expected.AsSpan(at, bytes).CommonPrefixLength(actual.Slice(at, bytes));
                Assert.True(same == bytes, $"{choice.Node.Name} {choice.Node.Op} {graph.TypeOf(choice.Node.Inputs[0])} -> {graph.TypeOf(id)} by "
                    + $"{choice.Call.Kernel.Function}: inference {i} differs first at byte {same} of {bytes}");
                at += bytes;
            }
        }
    }

    /// <summary>Streams with all of their headers and start values against a byte a weight, up to a whole word.</summary>
    private static void AssertNoLargerThanInt8(CompiledLibrary library)
    {
        foreach (var choice in library.Model.Choices)
        {
            if (choice.Call.Lanes?.Packed is { } packed)
                Assert.True(4 * packed.Layer.Words.Length < packed.Filter.Codes.Length + 4,
                    $"{choice.Node.Name} by {choice.Call.Kernel.Function}: {packed.Layer.Words.Length} words for {packed.Filter.Codes.Length} weights");
        }
    }
}
