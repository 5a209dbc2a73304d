using Brim.Core.Diagnostics;
using Brim.Core.Interpret;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Import.Onnx;
using Brim.Import.Onnx.Qonnx;
using Brim.Quantize.Evaluation;
using Brim.Quantize.Networks;
using Brim.Quantize.Windows;
using Brim.Testing;

namespace Brim.Quantize.Tests;

public class SparqWindowTests
{
    private static readonly TensorType Pixels = new(ElementType.UInt8, [1, 256], QuantParams.PerTensor(0.1));

    public static TheoryData<string> Names => [.. SparqWindow.All.Select(w => w.Name)];

    [Fact]
    public void EverySettingOfThePaperHasAName()
    {
        Assert.Equal(24, SparqWindow.All.Length);
        Assert.Equal(24, SparqWindow.All.Select(w => w.Name).Distinct().Count());
        Assert.Equal(["5opt", "3opt", "2opt", "6bit", "3bit", "2bit"], SparqWindow.All.Select(w => w.Name.Split('-')[1]).Distinct());
        Assert.All(SparqWindow.All, w => Assert.True(w.Window.IsValid && w.Alone?.IsValid != false));
    }

    /// <summary>The paper's rule for every activation, derived from the numbers that a window can stand for.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void EveryActivation_TakesTheFinestWindowThatHoldsIt(string name)
    {
        for (var a = 0; a < 256; a++)
            Assert.Equal(Expected(Bits(name), Places(name), name.Contains("trim", StringComparison.Ordinal), a), Setting(name).Window.Apply(a));
    }

    /// <summary>All 65,536 pairs through the operator.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void EveryPair_LendsTheBitsOfAZero(string name)
    {
        var trims = name.Contains("trim", StringComparison.Ordinal);
        var type = Pixels with { Shape = [256, 512] };
        var codes = Enumerable.Range(0, 65536).SelectMany(i => new[] { i / 256, i % 256 }).ToArray();
        var context = new EvaluationContext([Tensor.FromCodes(type, codes)], [type]);
        Setting(name).Operator.Evaluate(context);
        var tables = CodeWindows.Of(Setting(name).Operator, type)!;
        var fast = new int[codes.Length];
        tables.Apply(codes, fast);
        Assert.Equal(context.Outputs[0].Codes, fast);
        for (var i = 0; i < codes.Length; i++)
        {
            var (own, partner) = (codes[i], codes[i ^ 1]);
            var isAlone = partner == 0 && !name.Contains("unpaired", StringComparison.Ordinal);
            var expected = !isAlone ? Expected(Bits(name), Places(name), trims, own)
                : Bits(name) == 2 ? Expected(4, [0, 1, 2, 3, 4], trims, own)
                : Bits(name) == 3 ? Expected(6, [0, 1, 2], trims, own)
                : own;
            Assert.True(expected == fast[i], $"{own} beside {partner}: {fast[i]} instead of {expected}");
        }
    }

    [Fact]
    public void TheLastOfAnOddNumberOfChannels_IsAlone()
    {
        var type = Pixels with { Shape = [1, 3] };
        var context = new EvaluationContext([Tensor.FromCodes(type, [173, 9, 173])], [type]);
        Setting("sparq-2bit").Operator.Evaluate(context);
        Assert.Equal([192, 8, 176], context.Outputs[0].Codes); // 3 << 6; 2 << 2 (9 / 4 = 2.25); 11 << 4
    }

    [Theory]
    [InlineData("sparq-5opt")]
    [InlineData("sparq-3bit-trim-unpaired")]
    public void Networks_ReadThroughWindows_ExceptAtTheirEnds(string name)
    {
        var (graph, data) = SmallNetworks.Residual(81);
        var diagnostics = new DiagnosticBag();
        var network = GraphQuantizer.Quantize(graph, WidthAssignment.Uniform(graph, new LayerWidths(8, 8, name)), data, new QuantizerOptions { BiasCorrection = false }, diagnostics)!;
        var integer = IntegerGraphBuilder.Build(network, Requantization.Single);
        Assert.True(GraphVerifier.Verify(integer, diagnostics), string.Join('\n', diagnostics.Items));
        var producers = integer.Producers();
        var windowed = integer.Nodes.Where(n => n.Op is Conv2D or DepthwiseConv2D or FullyConnected && producers.TryGetValue(n.Inputs[0], out var p) && p.Op == Setting(name).Operator).Select(n => n.Name);
        Assert.Equal(["depthwise", "branch", "strided"], windowed);

        // Scales as published: 2 max|w| / 255 a filter, the mean over the images of their maximum / 255.
        var strided = graph.Nodes.Single(n => n.Name == "strided");
        var weights = graph[strided.Inputs[1]].Constant!.Floats;
        var stored = integer.TypeOf(integer.Nodes.Single(n => n.Name == "strided").Inputs[1]).Quant!;
        for (var r = 0; r < 9; r++)
            Assert.Equal(2 * weights[(r * 54)..((r + 1) * 54)].Max(Math.Abs) / 255, stored.Scales[r], 6);
        var session = new GraphEvaluator(graph, [strided.Inputs[0]]).NewSession();
        var sample = new float[data.SampleShape.ElementCount];
        double sum = 0;
        for (var i = 0; i < data.Count; i++)
        {
            data.Read(i, sample);
            session.Run(sample);
            sum += session.Floats(strided.Inputs[0]).Max();
        }
        Assert.Equal(sum / data.Count / 255, integer.TypeOf(integer.Nodes.Single(n => n.Name == "sum").Output).Quant!.Scale, 6);

        // The fast evaluator, the reference, the simulation in floats and the file all agree.
        var fast = new GraphEvaluator(integer).NewSession();
        var simulated = network.Simulate(network.Graph.Nodes.Select(n => n.Output)).NewSession();
        var output = network.Graph.Nodes[^1].Inputs[0];
        var read = OnnxImporter.Import(QonnxWriter.Write(integer), "sparq.onnx", diagnostics)!;
        Assert.Empty(diagnostics.Items);
        for (var i = 0; i < 4; i++)
        {
            data.Read(i, sample);
            fast.Run(sample);
            simulated.Run(sample);
            var input = Tensor.FromCodes(integer.TypeOf(integer.Inputs[0]), fast.Codes(integer.Inputs[0]));
            var expected = GraphInterpreter.Run(integer, [input])[0].Codes;
            Assert.Equal(expected, fast.Codes(integer.Outputs[0]));
            Assert.Equal(expected, GraphInterpreter.Run(read, [input])[0].Codes);
            var reals = new float[4];
            fast.CopyReals(output, reals);
            // A code of a few sums, here and there rounded the other way, can move through a whole window.
            for (var c = 0; c < 4; c++)
                Assert.InRange(simulated.Floats(output)[c] - reals[c], -0.1, 0.1);
        }
    }

    [Fact]
    public void WindowsNeedEightBits()
    {
        var (graph, data) = SmallNetworks.Residual(82);
        var diagnostics = new DiagnosticBag();
        Assert.Null(GraphQuantizer.Quantize(graph, WidthAssignment.Uniform(graph, new LayerWidths(8, 4, "sparq-5opt")), data, new QuantizerOptions(), diagnostics));
        Assert.All(diagnostics.Items, d => Assert.Equal(QuantizationDiagnostics.BadWidthAssignment, d.Descriptor));
    }

    private static SparqWindow Setting(string name) => SparqWindow.All.Single(w => w.Name == name);

    private static int Bits(string name) => name.Split('-')[1] switch { "6bit" => 6, "3bit" => 3, "2bit" => 2, _ => 4 };

    private static int[] Places(string name) => name.Split('-')[1] switch
    {
        "3opt" => [0, 2, 4],
        "2opt" => [0, 4],
        _ => [.. Enumerable.Range(0, 9 - Bits(name))],
    };

    // Of the finest window whose largest number is not below the activation: the nearest of its numbers, even ones first, or for trimming the nearest below.
    private static int Expected(int bits, int[] places, bool trims, int activation)
    {
        var place = places.First(p => activation < 1 << (p + bits));
        var numbers = Enumerable.Range(0, 1 << bits).Select(m => m << place);
        return trims ? numbers.Last(v => v <= activation) : numbers.OrderBy(v => Math.Abs(v - activation)).ThenBy(v => (v >> place) & 1).First();
    }
}
