using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Import.Onnx.Qonnx;
using Brim.Import.Onnx.Wire;
using Brim.Testing;

namespace Brim.Import.Tests.Onnx;

/// <summary>Networks of several layers: layouts, folding, and findings.</summary>
public sealed class OnnxNetworkTests
{
    [Fact]
    public void NetworkComputesWhatTheModelStates()
    {
        var models = OnnxModels.Network();
        var model = OnnxImports.Clean(models.Build());
        var random = new SplitMix64(9);
        var x = Enumerable.Range(0, 60).Select(_ => (float)random.Real(-2, 2)).ToArray();
        var actual = OnnxImports.Run(model, [Tensor.FromFloats(new TensorType(ElementType.Float32, [1, 2, 6, 5]), x)])[0].Floats;
        var expected = Expected(models.Model.Graph.Initializer.ToDictionary(t => t.Name, t => t.FloatData.Select(v => (double)v).ToArray()), x);
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < actual.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-4);
    }

    [Fact]
    public void NormalizationIsFoldedAndNothingIsTransposed()
    {
        var graph = OnnxImports.Clean(OnnxModels.Network().Build()).Graph;
        Assert.Equal(["conv2d", "activation", "depthwise_conv2d", "add", "max_pool2d", "reshape", "logistic", "fully_connected", "fully_connected"],
            graph.Nodes.Select(n => n.Op.Mnemonic));
        Assert.Equal([1, 6, 5, 2], graph.TypeOf(graph.Inputs[0]).Shape);
    }

    [Fact]
    public void NormalizationOfAValueReadTwiceIsAProductAndASum()
    {
        var models = OnnxModels.Network();
        models.Output("conv");
        var graph = OnnxImports.Clean(models.Build()).Graph;
        Assert.Contains(graph.Nodes, n => n.Op is Mul);
        Assert.Contains(graph.Nodes, n => n.Op is Conv2D && n.Inputs.Length == 2);
    }

    [Fact]
    public void AnInputThatTheModelTransposesFromNhwcStaysAsItIs()
    {
        var models = new OnnxModels(13, 1, 6, 5, 2).Weights("w", 4, 2, 3, 3)
            .Node("Transpose", ["x"], "t", OnnxFileBuilder.Ints("perm", 0, 3, 1, 2)).Node("Conv", ["t", "w"], "y").Output("y");
        var graph = OnnxImports.Clean(models.Build()).Graph;
        Assert.IsType<Conv2D>(Assert.Single(graph.Nodes).Op);
        Assert.Equal([1, 6, 5, 2], graph.TypeOf(graph.Inputs[0]).Shape);
    }

    [Fact]
    public void EveryUnsupportedOperatorAndAttributeIsReportedInOneRun()
    {
        var models = new OnnxModels(17, 1, 4).Node("Einsum", ["x"], "a").Node("Relu", ["a"], "b").Node("Relu", ["x"], "c", OnnxFileBuilder.Int("slope", 1))
            .Node("LSTM", ["b"], "d").Node("NoSuchOperator", ["x"], "e").Output("d");
        var findings = OnnxImports.Rejected(models.Build());
        Assert.Equal(["BRIM1004", "BRIM1006", "BRIM1004", "BRIM1004"], findings.Select(f => f.Descriptor.Code));
        Assert.Equal("node #0 Einsum 'a_node'", findings[0].Location.Place);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(26)]
    public void OtherOpsetsAreRejected(long opset) =>
        Assert.Equal("BRIM1102", Assert.Single(OnnxImports.Rejected(new OnnxModels(opset, 1, 4).Node("Relu", ["x"], "y").Output("y").Build())).Descriptor.Code);

    [Fact]
    public void OpenDimensionsOtherThanTheBatchAreRejected()
    {
        var models = new OnnxModels(17, 1, 4).Node("Relu", ["x"], "y").Output("y");
        models.Model.Graph.Input[0].Type.TensorType.Shape.Dim[0] = new TensorShapeProto.Types.Dimension { DimParam = "N" };
        Assert.Equal([1, 4], OnnxImports.Clean(models.Build()).Graph.TypeOf(0).Shape);
        models.Model.Graph.Input[0].Type.TensorType.Shape.Dim[1] = new TensorShapeProto.Types.Dimension { DimParam = "C" };
        Assert.Equal("BRIM1105", Assert.Single(OnnxImports.Rejected(models.Build())).Descriptor.Code);
    }

    [Fact]
    public void FilesOfOtherFormatsAreRejected() =>
        Assert.All<byte[]>([[], [1, 2, 3], "version https://git-lfs.github.com/spec/v1"u8.ToArray()], f => Assert.Equal("BRIM1101", Assert.Single(OnnxImports.Rejected(f)).Descriptor.Code));

    // The network of OnnxModels in plain NCHW loops.
    private static double[] Expected(Dictionary<string, double[]> w, float[] input)
    {
        var x = input.Select(v => (double)v).ToArray();
        // Padding 1, 0, 1, 1 (top, left, bottom, right): 6 x 5 becomes 6 x 4.
        var relu = new double[4 * 6 * 4];
        for (var c = 0; c < 4; c++)
        {
            for (var i = 0; i < 24; i++)
            {
                var sum = Window(x, 2, 6, 5, w["w1"], c, 0, 2, (i / 4) - 1, i % 4);
                relu[(c * 24) + i] = Math.Max(0, (w["gamma"][c] * (sum - w["mean"][c]) / Math.Sqrt(w["variance"][c] + 1e-5)) + w["beta"][c]);
            }
        }
        var total = new double[relu.Length];
        for (var i = 0; i < total.Length; i++)
            total[i] = Window(relu, 4, 6, 4, w["w2"], i / 24, i / 24, 1, (i % 24 / 4) - 1, (i % 4) - 1) + w["b2"][i / 24] + relu[i];
        // Maxima of 2 x 2, stride 2 x 1: 3 x 3 a channel.
        var flat = new double[4 * 3 * 3];
        for (var i = 0; i < flat.Length; i++)
        {
            var (c, r, q) = (i / 9, i % 9 / 3, i % 3);
            var at = (c * 24) + (r * 2 * 4) + q;
            flat[i] = 1 / (1 + Math.Exp(-Math.Max(Math.Max(total[at], total[at + 1]), Math.Max(total[at + 4], total[at + 5]))));
        }
        var dense = Enumerable.Range(0, 3).Select(o => w["b3"][o] + flat.Select((v, k) => v * w["w3"][(k * 3) + o]).Sum()).ToArray();
        return [.. Enumerable.Range(0, 5).Select(o => 0.5 * dense.Select((v, k) => v * w["w4"][(o * 3) + k]).Sum())];
    }

    private static double Window(double[] x, int channels, int height, int width, double[] w, int output, int firstChannel, int depth, int top, int left)
    {
        double sum = 0;
        for (var c = 0; c < depth; c++)
        {
            for (var tap = 0; tap < 9; tap++)
            {
                var (r, q) = (top + (tap / 3), left + (tap % 3));
                if (r >= 0 && r < height && q >= 0 && q < width && firstChannel + c < channels)
                    sum += x[((((firstChannel + c) * height) + r) * width) + q] * w[(((output * depth) + c) * 9) + tap];
            }
        }
        return sum;
    }
}
