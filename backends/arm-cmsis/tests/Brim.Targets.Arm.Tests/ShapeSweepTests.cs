using System.Collections.Immutable;
using Brim.Compile.Accumulators;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Testing;

namespace Brim.Targets.Arm.Tests;

/// <summary>Every kernel gives the operator's bits over shapes, strides, paddings, zero points and activations that meet all its branches.</summary>
public class ShapeSweepTests
{
    private const int Inferences = 3;

    private static readonly Activation[] Activations = [Activation.Relu, Activation.None, Activation.Relu6];

    private static readonly Requantization[] Schemes = [Requantization.TfLiteDouble, Requantization.Single, Requantization.TfLiteDouble, Requantization.Single, Requantization.OnnxFloat];

    // Sweep, and the rule that must take all its layers; "*" is the prefix of the form for cores with MVE, with SMLAD or without.
    private static readonly (string Sweep, string Rule)[] Sweeps =
    [
        ("convolutions", "*Conv2DRule"),
        ("pointwise", "*PointwiseRule"),
        ("depthwise", "*Depthwise3x3Rule"),
        ("dense", "*FullyConnectedRule"),
        ("steep convolutions", "*Conv2DRule"),
        ("steep pointwise", "*PointwiseRule"),
        ("steep depthwise", "*Depthwise3x3Rule"),
        ("steep dense", "*FullyConnectedRule"),
        ("sums", "ArmAddRule"),
        ("averages", "ArmAveragePoolRule"),
    ];

    public static TheoryData<string, string, string> OnHost => Cases("cortex-m4", "cortex-m3", "cortex-m55");

    public static TheoryData<string, string, string> OnBoards => Cases("cortex-m4", "cortex-m3", "cortex-m0", "cortex-m55");

    [SkippableTheory]
    [MemberData(nameof(OnHost))]
    public void On_the_host_every_layer_gives_the_reference_bits(string target, string sweep, string rule)
    {
        CompiledLibrary.Require("gcc");
        Run(target, sweep, rule, (library, inputs) => library.RunOnHost(inputs));
    }

    [SkippableTheory]
    [MemberData(nameof(OnBoards))]
    public void On_an_emulated_board_every_layer_gives_the_reference_bits(string target, string sweep, string rule)
    {
        CompiledLibrary.Require("gcc", "arm-none-eabi-gcc", "qemu-system-arm");
        Run(target, sweep, rule, (library, inputs) => [.. library.RunEmulated(inputs).Outputs]);
    }

    private static TheoryData<string, string, string> Cases(params string[] targets)
    {
        var cases = new TheoryData<string, string, string>();
        foreach (var target in targets)
        {
            var prefix = target switch { "cortex-m55" => "Mve", "cortex-m4" => "Smlad", _ => "Mla" };
            // Averages have a kernel with SMLAD only; the M55 runs the M4's.
            foreach (var (sweep, rule) in Sweeps.Where(s => prefix == "Smlad" || s.Sweep != "averages"))
                cases.Add(target, sweep, rule.Replace("*", prefix, StringComparison.Ordinal));
        }
        return cases;
    }

    private static void Run(string target, string sweep, string rule, Func<CompiledLibrary, byte[], byte[]> run)
    {
        var isVector = target == "cortex-m55";
        var graph = Sweep(sweep, isVector);
        var inputs = Inputs(graph);
        using var library = new CompiledLibrary(graph, target, isLowered: true, new AccumulatorOptions(32, SingleStage: false));
        if (sweep.StartsWith("steep", StringComparison.Ordinal))
            Assert.Contains(library.Model.Choices, c => isVector ? c.Call.Kernel.Function.Contains("_left", StringComparison.Ordinal) : c.Call.SumLayout.Shifts.Contains(4));
        Assert.All(library.Model.Choices, c => Assert.True(c.Rule.Split(':')[0] == rule, $"{c.Node.Name} {c.Node.Op}: {c.Rule}; {string.Join("; ", c.Rejected)}"));
        AssertEqual(graph, CompiledLibrary.Reference(graph, inputs), run(library, CompiledLibrary.Bytes(inputs)));
    }

    /// <param name="name">Sweep.</param>
    /// <param name="anyFactor">True if kernels have a left shift for every rounding.</param>
    private static Graph Sweep(string name, bool anyFactor) => name switch
    {
        "convolutions" => Convolutions(),
        "steep convolutions" => Convolutions(isSteep: true, anyFactor),
        "pointwise" => Pointwise(),
        "steep pointwise" => Pointwise(isSteep: true, anyFactor),
        "depthwise" => Depthwise(),
        "steep depthwise" => Depthwise(isSteep: true, anyFactor),
        "dense" => Dense(),
        "steep dense" => Dense(isSteep: true, anyFactor),
        "sums" => Sums(),
        _ => Averages(),
    };

    private static Graph Convolutions(bool isSteep = false, bool anyFactor = false)
    {
        var sweep = new LayerSweep("convolutions", isSteep ? 11 : 1, isSteep, anyFactor);
        var n = 0;
        foreach (var (height, width, channels) in new[] { (3, 3, 1), (5, 4, 3), (6, 7, 4), (8, 3, 5), (4, 9, 8) })
        {
            foreach (var (kernelHeight, kernelWidth) in new[] { (1, 1), (3, 3), (2, 3), (3, 1) })
            {
                var outputs = 1 + (n % 5);
                var stride = 1 + (n % 2);
                var window = new Window2D(stride, 2 - (n / 2 % 2), n % 3 % kernelHeight, n / 3 % kernelWidth, n / 2 % kernelHeight, n % kernelWidth);
                if (kernelHeight == 1 && kernelWidth == 1)
                    window = new Window2D(2, 1 + (n % 2));
                sweep.Conv([1, height, width, channels], [outputs, kernelHeight, kernelWidth, channels], window, n % 4 == 0 ? 5 : -128, Activations[n % 3], Schemes[n % 5]);
                n++;
            }
        }
        // A kernel larger than the image, and windows that lie in the padding.
        return sweep.Conv([1, 2, 2, 4], [3, 5, 5, 4], new Window2D(1, 1, 2, 2, 2, 2))
            .Conv([1, 3, 3, 2], [2, 2, 2, 2], new Window2D(1, 1, 3, 3, 3, 3), 7, Activation.None)
            .Conv([1, 9, 9, 16], [7, 3, 3, 16], new Window2D(1, 1, 1, 1, 1, 1))
            // Long sums, at the border and inside.
            .Conv([1, 6, 7, 32], [5, 3, 3, 32], new Window2D(1, 1, 1, 1, 1, 1), 3, Activation.None)
            .Conv([1, 5, 8, 21], [6, 3, 3, 21], new Window2D(1, 1, 1, 1, 1, 1)).Graph;
    }

    private static Graph Pointwise(bool isSteep = false, bool anyFactor = false)
    {
        var sweep = new LayerSweep("pointwise", 2, isSteep, anyFactor);
        var n = 0;
        foreach (var channels in new[] { 1, 2, 3, 4, 5, 7, 8, 12, 17, 31, 32, 33, 64, 68, 131 })
        {
            sweep.Conv([1 + (n % 2), 1 + (n % 4), 1 + (n % 3), channels], [1 + (n * 7 % 10), 1, 1, channels], new Window2D(), n % 2 == 0 ? -128 : -3, Activations[n % 3], Schemes[n % 5]);
            n++;
        }
        return sweep.Graph;
    }

    private static Graph Depthwise(bool isSteep = false, bool anyFactor = false)
    {
        var sweep = new LayerSweep("depthwise", 3, isSteep, anyFactor);
        var n = 0;
        foreach (var (height, width, channels) in new[] { (3, 4, 4), (5, 5, 5), (7, 6, 6), (4, 9, 7), (10, 11, 8), (40, 30, 9) })
        {
            foreach (var stride in new[] { 1, 2 })
            {
                foreach (var (before, after) in new[] { (1, 1), (0, 1), (0, 0) })
                {
                    if (width - 3 + before + after < stride)
                        continue;
                    sweep.Depthwise([1, height, width, channels], new Window2D(stride, stride, before, before, after, after), n % 2 == 0 ? -128 : 11, Activations[n % 3], Schemes[n % 5]);
                    n++;
                }
            }
        }
        return sweep.Depthwise([1, 6, 6, 4], new Window2D(1, 1, 2, 2, 0, 0)).Depthwise([1, 6, 6, 4], new Window2D(2, 2, 1, 2, 0, 1), 0, Activation.None)
            // Last, so that a result too many is one outside of the outputs.
            .Depthwise([1, 3, 3, 20], new Window2D(1, 1, 1, 1, 1, 1)).Graph;
    }

    private static Graph Dense(bool isSteep = false, bool anyFactor = false)
    {
        var sweep = new LayerSweep("dense", 4, isSteep, anyFactor);
        var n = 0;
        foreach (var depth in new[] { 1, 3, 4, 8, 9, 15, 16, 20, 63, 64, 66, 67, 68, 100, 127, 128, 200 })
        {
            sweep.Dense(1 + (n % 3), depth, 1 + (n * 5 % 9), n % 2 == 0 ? -128 : 20, Activations[n % 3], Schemes[n % 5]);
            n++;
        }
        return sweep.Dense(6, 100, 7).Dense(5, 33, 1, 4, Activation.None).Graph;
    }

    private static Graph Sums()
    {
        var sweep = new LayerSweep("sums", 5);
        for (var n = 0; n < 12; n++)
            sweep.Sum([1, 2, n, 3 + n], Activations[n % 3]);
        return sweep.Graph;
    }

    private static Graph Averages() => new LayerSweep("averages", 6)
        .Average([1, 8, 8, 64], 8, 8, new Window2D(8, 8), Activation.None)
        .Average([1, 16, 16, 5], 16, 16, new Window2D(), Activation.None)
        .Average([1, 7, 6, 9], 3, 2, new Window2D(2, 1, 1, 1, 1, 0), Activation.Relu)
        .Average([1, 5, 5, 3], 5, 5, new Window2D(1, 1, 2, 2, 2, 2), Activation.Relu6)
        .Graph;

    private static List<ImmutableArray<Tensor>> Inputs(Graph graph) => [.. Enumerable.Range(0, Inferences).Select(i => RandomGraphs.Inputs(graph, i))];

    /// <summary>Compares layer by layer, so that a failure names the layer.</summary>
    private static void AssertEqual(Graph graph, byte[] expected, byte[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var at = 0;
        for (var i = 0; i < Inferences; i++)
        {
            foreach (var node in graph.Nodes)
            {
                var bytes = (int)graph.TypeOf(node.Output).Bytes;
                var same = expected.AsSpan(at, bytes).CommonPrefixLength(actual.AsSpan(at, bytes));
                Assert.True(same == bytes,
                    $"{node.Name} {node.Op} {graph.TypeOf(node.Inputs[0])} -> {graph.TypeOf(node.Output)}: inference {i} differs first at byte {same} of {bytes}");
                at += bytes;
            }
        }
    }
}
