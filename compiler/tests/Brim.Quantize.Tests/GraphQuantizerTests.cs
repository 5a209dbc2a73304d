using Brim.Core.Diagnostics;
using Brim.Core.Interpret;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Import.Onnx;
using Brim.Import.Onnx.Qonnx;
using Brim.Quantize.Data;
using Brim.Quantize.Evaluation;
using Brim.Quantize.Networks;
using Brim.Testing;

namespace Brim.Quantize.Tests;

public class GraphQuantizerTests
{
    [Theory]
    [MemberData(nameof(Methods))]
    public void EveryMethod_GivesAVerifiedIntegerGraph_ThatAgreesWithItsSimulation(string method)
    {
        var (graph, data) = SmallNetworks.Residual(41);
        var widths = new LayerWidths(6, RoundingMethods.Find(method)!.Window is null ? 6 : 8, method, RoundingMethods.Find(method)!.NeedsAccumulator ? 18 : null);
        var network = Quantize(graph, data, WidthAssignment.Uniform(graph, widths), new QuantizerOptions());
        AssertAgreesWithItsSimulation(network, data);
    }

    public static TheoryData<string> Methods => [.. RoundingMethods.All.Where(m => m.Window is null || m.Name is "sparq-3opt" or "sparq-2bit-trim-unpaired").Select(m => m.Name)];

    [Fact]
    public void EveryOperatorOfFloatModels_IsQuantized()
    {
        var (graph, data) = SmallNetworks.Operators(53);
        foreach (var op in (Type[])[typeof(Sub), typeof(Mul), typeof(Concat), typeof(MaxPool2D), typeof(AveragePool2D), typeof(Mean), typeof(LeakyRelu), typeof(Logistic), typeof(Tanh),
            typeof(Softmax), typeof(Pad), typeof(Transpose), typeof(Reshape), typeof(StridedSlice), typeof(UnaryActivation)])
        {
            Assert.Contains(graph.Nodes, n => n.Op.GetType() == op);
        }
        foreach (var (w, a) in new[] { (8, 8), (4, 5), (2, 1) })
        {
            var network = Quantize(graph, data, WidthAssignment.Uniform(graph, new LayerWidths(w, a)), new QuantizerOptions());
            AssertAgreesWithItsSimulation(network, data);
            if (w == 8)
                Assert.InRange(OutputError(network, data), 0, 0.01);
            var diagnostics = new DiagnosticBag();
            var integer = IntegerGraphBuilder.Build(network, Requantization.Single);
            var read = OnnxImporter.Import(QonnxWriter.Write(integer), "operators.onnx", diagnostics)!;
            Assert.Empty(diagnostics.Items);
            var inputs = RandomGraphs.Inputs(integer, w);
            Assert.Equal(GraphInterpreter.Run(integer, inputs)[0].Codes, GraphInterpreter.Run(read, inputs)[0].Codes);
        }
    }

    [Theory]
    [InlineData("rtn")]
    [InlineData("gpfq")]
    [InlineData("optq+cd")]
    public void AGroupedConvolution_IsQuantizedLikeItsGroupsAlone(string method)
    {
        var (grouped, parted, data) = SmallNetworks.Groups(54);
        LayerQuantization[] Layers(Graph graph) => [.. Quantize(graph, data, new WidthAssignment(new LayerWidths(3, 4, method), WidthAssignment.Uniform(graph, new(8, 8)).Layers.Clear()), new QuantizerOptions()).Layers.Values];
        var (whole, parts) = (Layers(grouped), Layers(parted));
        Assert.Equal((2, 3), (whole.Length, parts.Length)); // and a layer behind, to which errors of the first go on
        Assert.Equal(whole[0].Codes.Elements, parts[0].Codes.Elements.Concat(parts[1].Codes.Elements));
        Assert.Equal(whole[0].Bias, parts[0].Bias.Concat(parts[1].Bias));
        Assert.Equal(whole[1].Codes.Elements, parts[2].Codes.Elements);
        AssertAgreesWithItsSimulation(Quantize(grouped, data, WidthAssignment.Uniform(grouped, new LayerWidths(5, 5, method)), new QuantizerOptions { Equalization = 0.5 }), data);
    }

    [Fact]
    public void EightBits_AreCloseToFloat_AndErrorsGrowAsWidthsShrink()
    {
        var (graph, data) = SmallNetworks.Residual(42);
        double previous = 0;
        foreach (var (w, a) in new[] { (8, 8), (5, 5), (3, 3) })
        {
            var error = OutputError(Quantize(graph, data, WidthAssignment.Uniform(graph, new LayerWidths(w, a)), new QuantizerOptions()), data);
            Assert.True(error > previous, $"w{w}a{a}: {error} after {previous}");
            if (w == 8)
                Assert.True(error < 1e-3, $"{error}");
            previous = error;
        }
    }

    [Fact]
    public void ErrorCompensation_BeatsRoundingToNearest_OnTheNetwork()
    {
        double nearest = 0, compensated = 0;
        for (var seed = 43; seed < 46; seed++)
        {
            var (graph, data) = SmallNetworks.Residual(seed);
            nearest += OutputError(Quantize(graph, data, WidthAssignment.Uniform(graph, new LayerWidths(3, 8, "rtn")), new QuantizerOptions { BiasCorrection = false }), data);
            compensated += OutputError(Quantize(graph, data, WidthAssignment.Uniform(graph, new LayerWidths(3, 8)), new QuantizerOptions()), data);
        }
        Assert.True(compensated < 0.6 * nearest, $"{compensated} against {nearest}");
    }

    [Theory]
    [InlineData("rtn")]
    [InlineData("gpfq")]
    [InlineData("optq+cd")]
    public void BiasCorrection_KeepsTheMeanOfEveryChannel(string method)
    {
        var (graph, data) = SmallNetworks.Residual(55);
        var id = graph.Nodes.Single(n => n.Name == "branch").Output;
        var (plain, corrected) = (Shift(false), Shift(true));
        Assert.True(corrected < 0.15 * plain, $"mean errors of {plain} become {corrected}");

        // Largest distance of a channel's mean over all samples and pixels from that of the float network.
        double Shift(bool correct)
        {
            var options = new QuantizerOptions { BiasCorrection = correct, PatchesPerSample = 81 };
            var network = Quantize(graph, data, WidthAssignment.Uniform(graph, new LayerWidths(2, 8, method)), options);
            var (wanted, got) = (new GraphEvaluator(graph, [id]).NewSession(), network.Simulate([id]).NewSession());
            var sums = new double[6];
            var sample = new float[data.SampleShape.ElementCount];
            for (var i = 0; i < data.Count; i++)
            {
                data.Read(i, sample);
                wanted.Run(sample);
                got.Run(sample);
                for (var k = 0; k < wanted.Floats(id).Length; k++)
                    sums[k % 6] += got.Floats(id)[k] - wanted.Floats(id)[k];
            }
            return sums.Max(Math.Abs) / (data.Count * 81);
        }
    }

    [Fact]
    public void Equalization_DoesNotChangeTheFloatNetwork()
    {
        var (graph, data) = SmallNetworks.Residual(46);
        var network = Quantize(graph, data, WidthAssignment.Uniform(graph, new LayerWidths(4, 4)), new QuantizerOptions { Equalization = 0.7 });
        var (before, after) = (new GraphEvaluator(graph).NewSession(), new GraphEvaluator(network.Graph).NewSession());
        var sample = new float[data.SampleShape.ElementCount];
        data.Read(5, sample);
        before.Run(sample);
        after.Run(sample);
        var changed = true;
        foreach (var (a, b) in before.Floats(graph.Outputs[0]).Zip(after.Floats(graph.Outputs[0])))
            Assert.Equal(a, b, 5);
        foreach (var node in graph.Nodes.Where(n => n.Op is DepthwiseConv2D or FullyConnected || n.Name == "strided"))
            changed &= !graph[node.Inputs[1]].Constant!.Floats.SequenceEqual(network.Graph[node.Inputs[1]].Constant!.Floats);
        Assert.True(changed);
    }

    [Theory]
    [InlineData("rtn", 11)]
    [InlineData("gpfq-soft", 11)]
    [InlineData("optq", 11)]
    [InlineData("axe", 11)]
    [InlineData("optq+cd", 11)]
    [InlineData("ep", 11)]
    [InlineData("ep+", 11)]
    [InlineData("debruin", 12)]
    public void MethodsWithABound_KeepEveryChannelOfEveryLayerWithinTheAccumulator(string method, int accumulator)
    {
        var (graph, data) = SmallNetworks.Residual(47);
        var widths = new WidthAssignment(new LayerWidths(5, 4, method, accumulator), WidthAssignment.Uniform(graph, new(8, 8)).Layers.Clear());
        var network = Quantize(graph, data, widths, new QuantizerOptions());
        Assert.Equal(5, network.Layers.Count);
        foreach (var (id, layer) in network.Layers)
        {
            var x = network.Activations[network.Graph.Nodes.Single(n => n.Output == id).Inputs[0]];
            var (low, high) = (x.Element.MinCode - x.Quant.ZeroPoint, x.Element.MaxCode - x.Quant.ZeroPoint);
            for (var r = 0; r < layer.Codes.Rows; r++)
            {
                // The worst inputs, played out; only de Bruin's rule counts the bias.
                var bias = method == "debruin" ? (long)Math.Round(layer.Bias[r] / x.Quant.Scale / layer.Grid.Scales[r]) : 0;
                var (min, max) = (bias, bias);
                foreach (var q in layer.Codes.Row(r))
                {
                    min += Math.Min(q * low, q * high);
                    max += Math.Max(q * low, q * high);
                }
                Assert.InRange(min, -(1 << (accumulator - 1)), (1 << (accumulator - 1)) - 1);
                Assert.InRange(max, -(1 << (accumulator - 1)), (1 << (accumulator - 1)) - 1);
            }
        }
    }

    [Fact]
    public void DeBruinLayers_HavePowerOfTwoScales_AndShiftsForRescaling()
    {
        var (graph, data) = SmallNetworks.Residual(51);
        var widths = new WidthAssignment(new LayerWidths(6, 6, "debruin"), WidthAssignment.Uniform(graph, new(8, 8)).Layers.Clear());
        var integer = IntegerGraphBuilder.Build(Quantize(graph, data, widths, new QuantizerOptions()), Requantization.Single);
        foreach (var node in integer.Nodes)
        {
            foreach (var type in node.Inputs.Append(node.Output).Select(integer.TypeOf).Where(t => t.Quant is not null))
                Assert.All(type.Quant!.Scales, s => Assert.Equal(0, Math.Log2(s) % 1));
            if (node.Op is Conv2D conv)
                Assert.Equal(Requantization.PowerOfTwo, conv.Requantization);
        }
    }

    [Fact]
    public void AnAccumulatorThatNoWeightsFit_IsReported()
    {
        var (graph, data) = SmallNetworks.Residual(52);
        var diagnostics = new DiagnosticBag();
        var widths = new WidthAssignment(new LayerWidths(5, 8, "debruin", 6), WidthAssignment.Uniform(graph, new(8, 8)).Layers.Clear());
        Assert.Null(GraphQuantizer.Quantize(graph, widths, data, new QuantizerOptions(), diagnostics));
        Assert.All(diagnostics.Items, d => Assert.Equal(QuantizationDiagnostics.AccumulatorTooNarrow, d.Descriptor));
        Assert.NotEmpty(diagnostics.Items);
    }

    [Fact]
    public void Widths_FollowTheAssignment_AndOnlyMultipliedValuesAreNarrow()
    {
        var (graph, data) = SmallNetworks.Residual(48);
        var widths = WidthAssignment.Uniform(graph, new LayerWidths(3, 4)).With("branch", new LayerWidths(5, 6));
        var integer = IntegerGraphBuilder.Build(Quantize(graph, data, widths, new QuantizerOptions()), Requantization.Single);
        int ActivationBits(string reader) => integer.TypeOf(integer.Nodes.Single(n => n.Name == reader).Inputs[0]).Element.Bits;
        int WeightBits(string layer) => integer.TypeOf(integer.Nodes.Single(n => n.Name == layer).Inputs[1]).Element.Bits;
        Assert.Equal((8, 4, 6, 4, 4), (ActivationBits("stem"), ActivationBits("depthwise"), ActivationBits("branch"), ActivationBits("strided"), ActivationBits("dense")));
        Assert.Equal((8, 3, 5, 3, 3), (WeightBits("stem"), WeightBits("depthwise"), WeightBits("branch"), WeightBits("strided"), WeightBits("dense")));
        Assert.Equal(ElementType.Unsigned(4), integer.TypeOf(integer.Nodes.Single(n => n.Name == "strided").Inputs[0]).Element);
        Assert.Equal(8, ActivationBits("mean")); // pooled, not multiplied
        Assert.Equal(8, integer.TypeOf(integer.Nodes.Single(n => n.Name == "branch").Output).Element.Bits); // added, not multiplied
    }

    [Fact]
    public void Assignments_CompareByValue_AndKeepTheEndsWideOnRequest()
    {
        var (graph, _) = SmallNetworks.Residual(49);
        var widths = WidthAssignment.Uniform(graph, new LayerWidths(4, 6, "gpfq", 16, 32));
        Assert.NotEqual(widths, widths.With("dense", new LayerWidths(2, 2)));
        Assert.Equal(["dense", "stem"], WidthAssignment.Uniform(graph, new LayerWidths(4, 6), wideLast: true).Layers.Keys);
    }

    [Fact]
    public void WhatCannotBeQuantized_IsReportedAltogether()
    {
        var (graph, data) = SmallNetworks.Residual(50);
        var widths = WidthAssignment.Uniform(graph, new LayerWidths(9, 4, "magic")).With("nowhere", new LayerWidths(4, 4, "ep"));
        var diagnostics = new DiagnosticBag();
        Assert.Null(GraphQuantizer.Quantize(graph, widths, data, new QuantizerOptions(), diagnostics));
        Assert.Equal(5, diagnostics.Items.Count(d => d.Descriptor == QuantizationDiagnostics.BadWidthAssignment));
    }

    [Fact]
    public void OperatorsWithoutAnIntegerForm_AreReportedWithTheirPlace()
    {
        var editor = new GraphEditor("odd");
        var x = editor.AddInput("x", new(ElementType.Float32, [1, 9, 9, 2]));
        var codes = editor.AddNode(new Core.IR.Ops.Quantize(), [x], new(ElementType.Int8, [1, 9, 9, 2], QuantParams.PerTensor(0.1)), "codes", new SourceLocation("odd.onnx", "node #0"));
        var reals = editor.AddNode(new Dequantize(), [codes], editor[x].Type, "reals", new SourceLocation("odd.onnx", "node #1"));
        var flat = editor.AddNode(new Reshape([9, 18]), [reals], new(ElementType.Float32, [9, 18]), "flat", SourceLocation.Generated);
        editor.AddOutput(editor.AddNode(new FullyConnected(Activation.None, Requantization.Single, false), [flat, flat], new(ElementType.Float32, [9, 9]), "product", new SourceLocation("odd.onnx", "node #3")));
        var diagnostics = new DiagnosticBag();
        Assert.Null(GraphQuantizer.Quantize(editor.ToGraph(), new WidthAssignment(new(8, 8), WidthAssignment.Uniform(editor.ToGraph(), new(8, 8)).Layers), SmallNetworks.Residual(56).Data, new QuantizerOptions(), diagnostics));
        Assert.All(diagnostics.Items, d => Assert.Equal(QuantizationDiagnostics.UnquantizableOperator, d.Descriptor));
        Assert.Equal(["node #0", "node #1", "node #3"], diagnostics.Items.Select(d => d.Location.Place));
    }

    private static void AssertAgreesWithItsSimulation(QuantizedNetwork network, DataSource data)
    {
        var integer = IntegerGraphBuilder.Build(network, Requantization.Single);
        var diagnostics = new DiagnosticBag();
        Assert.True(GraphVerifier.Verify(integer, diagnostics), string.Join('\n', diagnostics.Items));

        // Every node, given the codes it really reads: the real result, clipped to what its type holds, is rounded to the nearest code.
        var simulated = network.Simulated();
        var session = new GraphEvaluator(integer).NewSession();
        var sample = new float[data.SampleShape.ElementCount];
        data.Read(1, sample);
        session.Run(sample);
        foreach (var node in integer.Nodes.Where(n => n.Op is not (WindowBits or WindowBitPairs)))
        {
            var inputs = node.Inputs.Select(id => integer[id].IsConstant ? simulated[id].Constant : Tensor.FromFloats(simulated.TypeOf(id), Reals(id))).ToArray();
            var context = new EvaluationContext([.. inputs], [simulated.TypeOf(node.Output)]);
            node.Op.Evaluate(context);
            var (type, got) = (integer.TypeOf(node.Output), Reals(node.Output));
            var (low, high) = (type.Quant!.Scale * (type.Element.MinCode - type.Quant.ZeroPoint), type.Quant.Scale * (type.Element.MaxCode - type.Quant.ZeroPoint));
            // Half a step of the result, half a step of the bias, and the error of fixed-point factors.
            var step = node.Inputs.Length > 2 ? integer.TypeOf(node.Inputs[0]).Quant!.Scale * integer.TypeOf(node.Inputs[1]).Quant!.Scales.Max() : 0;
            // Exponentials in fixed point are good to a code; TFLite's factors round twice, the first time to at least one bit more.
            var codes = node.Op switch
            {
                Softmax or Logistic or Tanh => 1.01,
                LeakyRelu or Mul or Mean or Concat or UnaryActivation => 0.76,
                _ => 0.51,
            };
            var tolerance = (codes * type.Quant.Scale) + (0.5 * step);
            for (var i = 0; i < got.Length; i++)
                Assert.True(Math.Abs(got[i] - Math.Clamp(context.Outputs[0].Floats[i], low, high)) <= tolerance, $"{node.Name}: {got[i]} for {context.Outputs[0].Floats[i]}");
        }

        float[] Reals(int id)
        {
            var reals = new float[integer.TypeOf(id).Shape.ElementCount];
            session.CopyReals(id, reals);
            return reals;
        }
    }

    private static QuantizedNetwork Quantize(Graph graph, DataSource data, WidthAssignment widths, QuantizerOptions options)
    {
        var diagnostics = new DiagnosticBag();
        var network = GraphQuantizer.Quantize(graph, widths, data, options, diagnostics);
        Assert.Empty(diagnostics.Items);
        return network!;
    }

    private static double OutputError(QuantizedNetwork network, DataSource data)
    {
        var output = network.Graph.Nodes[^1].Inputs[0];
        var (wanted, got) = (new GraphEvaluator(network.Graph, [output]).NewSession(), network.Simulate([output]).NewSession());
        var sample = new float[data.SampleShape.ElementCount];
        double error = 0, power = 0;
        for (var i = 0; i < data.Count; i++)
        {
            data.Read(i, sample);
            wanted.Run(sample);
            got.Run(sample);
            error += wanted.Floats(output).Zip(got.Floats(output), (a, b) => Math.Pow(a - b, 2)).Sum();
            power += wanted.Floats(output).Sum(v => v * v);
        }
        return error / power;
    }
}
