using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Import.Onnx.Qonnx;
using Brim.Import.TfLite;
using Brim.Quantize.Data;
using Brim.Quantize.Evaluation;
using Brim.Quantize.Networks;
using Brim.Testing;

namespace Brim.Quantize.Tests;

/// <summary>The float networks of MLPerf Tiny, at the ends and in the middle of what widths can be.</summary>
public class PublishedNetworksTests
{
    public static TheoryData<string, int, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int, int>();
            foreach (var name in (string[])["ic_resnet8_float", "kws_dscnn_float", "ad_autoencoder_float", "vww_mobilenetv1_float"])
            {
                foreach (var (weights, activations) in ((int, int)[])[(2, 1), (3, 2), (8, 8)])
                    cases.Add(name, weights, activations);
            }
            return cases;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void AnyWidths_GiveAnIntegerNetworkThatCanBeWritten(string name, int weights, int activations)
    {
        var diagnostics = new DiagnosticBag();
        var graph = TfLiteImporter.Import(File.ReadAllBytes(TestData.Require($"models/mlperf-tiny/{name}.tflite")), name, diagnostics)!;
        var data = new Noise(graph.TypeOf(graph.Inputs[0]).Shape);
        // Two samples of noise through one-bit activations leave most columns dead: the methods that look at data must stand it.
        var method = weights == 2 ? RoundingMethods.Default : "rtn";
        var widths = new WidthAssignment(new LayerWidths(weights, activations, method), WidthAssignment.Uniform(graph, new(8, 8)).Layers.Clear());
        var network = GraphQuantizer.Quantize(graph, widths, data, new QuantizerOptions { PatchesPerSample = 4 }, diagnostics);
        Assert.False(diagnostics.HasErrors, string.Join('\n', diagnostics.Items));
        var integer = IntegerGraphBuilder.Build(network!, Requantization.Single);
        Assert.True(GraphVerifier.Verify(integer, diagnostics), string.Join('\n', diagnostics.Items));
        foreach (var node in integer.Nodes.Where(n => n.Op is Conv2D or DepthwiseConv2D or FullyConnected))
        {
            Assert.Equal(ElementType.Signed(weights), integer.TypeOf(node.Inputs[1]).Element);
            Assert.Equal(activations, integer.TypeOf(node.Inputs[0]).Element.Bits);
        }
        Assert.NotEmpty(QonnxWriter.Write(integer));
        var session = new GraphEvaluator(integer).NewSession();
        var sample = new float[data.SampleShape.ElementCount];
        data.Read(0, sample);
        session.Run(sample);
        var type = integer.TypeOf(integer.Outputs[0]).Element;
        Assert.All(session.Codes(integer.Outputs[0]), q => Assert.InRange(q, type.MinCode, type.MaxCode));
    }

    private sealed class Noise(Shape shape) : DataSource
    {
        public override string Name => "noise";

        public override int Count => 2;

        public override Shape SampleShape => shape;

        public override void Read(int index, Span<float> sample)
        {
            var random = new Random(index);
            for (var i = 0; i < sample.Length; i++)
                sample[i] = (float)random.NextDouble();
        }

        public override int Label(int index) => -1;
    }
}
