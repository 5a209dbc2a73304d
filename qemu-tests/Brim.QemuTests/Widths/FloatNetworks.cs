using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Import.TfLite;
using Brim.Quantize.Data;
using Brim.Testing;

namespace Brim.QemuTests.Widths;

/// <summary>Float networks to quantize, with the data that calibrate them.</summary>
internal static class FloatNetworks
{
    /// <summary>
    /// A network of random weights over most operators that quantize: odd numbers of channels, asymmetric padding, a depth multiplier, a residual sum, a
    /// concatenation, all poolings, activations that need tables.
    /// </summary>
    public static (Graph Graph, DataSource Data) Random(int seed)
    {
        var random = new SplitMix64((ulong)seed);
        var editor = new GraphEditor("random_float");
        var x = editor.AddInput("x", new(ElementType.Float32, [1, 9, 8, 3]));
        var stem = Layer(editor, random, new Conv2D(new Window2D(1, 1, 1, 1, 1, 1), Activation.Relu, Requantization.Single), x, [7, 3, 3, 3], "stem");
        var depthwise = Layer(editor, random, new DepthwiseConv2D(new Window2D(1, 1, 1, 0, 1, 2), Activation.Relu6, Requantization.Single), stem, [1, 3, 3, 14], "depthwise");
        var branch = Layer(editor, random, new Conv2D(new Window2D(), Activation.None, Requantization.Single), depthwise, [7, 1, 1, 14], "branch");
        var sum = Plain(editor, new Add(Activation.Relu), "sum", branch, stem);
        var left = Plain(editor, new MaxPool2D(new Window2D(2, 2, 0, 0, 1, 0), 2, 2, Activation.None), "left", sum);
        var right = Layer(editor, random, new Conv2D(new Window2D(2, 2, 0, 0, 1, 0), Activation.None, Requantization.Single), sum, [6, 2, 2, 7], "right");
        var bent = Plain(editor, new LeakyRelu(0.1), "bent", right);
        var both = Plain(editor, new Concat(3, Activation.None), "both", left, bent);
        var pooled = Plain(editor, new AveragePool2D(new Window2D(1, 1), 2, 2, Activation.None), "pooled", both);
        var wide = Layer(editor, random, new Conv2D(new Window2D(), Activation.Relu, Requantization.Single), pooled, [16, 2, 2, 13], "wide");
        var mean = Plain(editor, new Mean([1, 2], true), "mean", wide);
        var flat = Plain(editor, new Reshape([1, 16]), "flat", mean);
        var hidden = Layer(editor, random, new FullyConnected(Activation.None, Requantization.Single, false), flat, [11, 16], "hidden");
        var squashed = Plain(editor, new Logistic(), "squashed", hidden);
        var classes = Layer(editor, random, new FullyConnected(Activation.None, Requantization.Single, false), squashed, [5, 11], "classes");
        editor.AddOutput(Plain(editor, new Softmax(1), "probabilities", classes));
        var graph = editor.ToGraph();
        var diagnostics = new DiagnosticBag();
        if (!GraphVerifier.Verify(graph, diagnostics))
            throw new InvalidOperationException(string.Join('\n', diagnostics.Items));
        return (graph, new Waves(seed, [9, 8, 3]));
    }

    /// <summary>The example network as trained, with its calibration images.</summary>
    public static (Graph Graph, DataSource Data) Shapes()
    {
        var folder = Path.Combine(TestData.RepositoryRoot, "examples", "shapes");
        var diagnostics = new DiagnosticBag();
        var graph = TfLiteImporter.Import(File.ReadAllBytes(Path.Combine(folder, "shapes_float.tflite")), "shapes_float.tflite", diagnostics);
        var data = DataSpec.Open($"raw:{folder}/calibration_images.bin,{folder}/calibration_labels.csv,type=i8,scale=0.00392156862745098,zp=-128", diagnostics);
        return graph is not null && data is not null ? (graph, data.Calibration) : throw new InvalidOperationException(string.Join('\n', diagnostics.Items));
    }

    private static int Layer(GraphEditor editor, SplitMix64 random, Op op, int x, Shape weights, string name)
    {
        var outputs = op is DepthwiseConv2D ? weights[3] : weights[0];
        var spread = 3.4 / Math.Sqrt(weights.ElementCount / (double)outputs); // uniform weights that keep the variance
        var w = editor.AddConstant(name + "/w", Tensor.FromFloats(new(ElementType.Float32, weights), Uniform(random, (int)weights.ElementCount, spread)));
        var b = editor.AddConstant(name + "/b", Tensor.FromFloats(new(ElementType.Float32, [outputs]), Uniform(random, outputs, 0.4)));
        return Plain(editor, op, name, x, w, b);
    }

    private static int Plain(GraphEditor editor, Op op, string name, params int[] operands)
    {
        var shape = op.InferShapes([.. operands.Select(id => editor[id].Type)], SourceLocation.Generated, new DiagnosticBag())[0];
        return editor.AddNode(op, [.. operands], new(ElementType.Float32, shape), name, SourceLocation.Generated);
    }

    private static float[] Uniform(SplitMix64 random, int count, double spread) => [.. Enumerable.Range(0, count).Select(_ => (float)(spread * ((random.Between(0, 1 << 20) / (double)(1 << 20)) - 0.5)))];

    private sealed class Waves(int seed, Shape shape) : DataSource
    {
        public override string Name => "waves";

        public override int Count => 24;

        public override Shape SampleShape => shape;

        public override void Read(int index, Span<float> sample)
        {
            var random = new SplitMix64(((ulong)seed << 32) | (uint)index);
            double Draw() => random.Between(0, 1000) / 1000.0;
            var (a, b, c, d) = (2 * Draw(), 2 * Draw(), 6 * Draw(), Draw() - 0.5);
            for (var i = 0; i < sample.Length; i++)
                sample[i] = (float)(Math.Sin((a * (i / 24)) + (b * (i / 3 % 8)) + (c * (i % 3))) + d + (0.2 * Draw()));
        }

        public override int Label(int index) => -1;
    }
}
