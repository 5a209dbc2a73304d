using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Quantize.Data;
using Brim.Quantize.Evaluation;
using Brim.Quantize.Networks;
using Brim.Quantize.Weights;

namespace Brim.Quantize.Tests;

/// <summary>A small residual classifier with random weights, and random smooth images.</summary>
internal static class SmallNetworks
{
    public static (Graph Graph, DataSource Data) Residual(int seed)
    {
        var random = new Random(seed);
        var editor = new GraphEditor("residual");
        var x = editor.AddInput("x", new(ElementType.Float32, [1, 9, 9, 2]));
        var stem = Layer(editor, random, new Conv2D(new Window2D(1, 1, 1, 1, 1, 1), Activation.Relu, Requantization.Single), x, [6, 3, 3, 2], "stem");
        var depthwise = Layer(editor, random, new DepthwiseConv2D(new Window2D(1, 1, 1, 1, 1, 1), Activation.Relu, Requantization.Single), stem, [1, 3, 3, 6], "depthwise");
        var branch = Layer(editor, random, new Conv2D(new Window2D(), Activation.None, Requantization.Single), depthwise, [6, 1, 1, 6], "branch");
        var sum = editor.AddNode(new Add(Activation.Relu), [branch, stem], editor[stem].Type, "sum", SourceLocation.Generated);
        var strided = Layer(editor, random, new Conv2D(new Window2D(2, 2, 0, 0, 1, 1), Activation.Relu, Requantization.Single), sum, [9, 3, 3, 6], "strided");
        var shape = editor[strided].Type.Shape;
        var mean = editor.AddNode(new AveragePool2D(new Window2D(shape[1], shape[2]), shape[1], shape[2], Activation.None), [strided],
            new(ElementType.Float32, [1, 1, 1, 9]), "mean", SourceLocation.Generated);
        var flat = editor.AddNode(new Reshape([1, 9]), [mean], new(ElementType.Float32, [1, 9]), "flat", SourceLocation.Generated);
        var dense = Layer(editor, random, new FullyConnected(Activation.None, Requantization.Single, false), flat, [4, 9], "dense");
        editor.AddOutput(editor.AddNode(new Softmax(1), [dense], editor[dense].Type, "softmax", SourceLocation.Generated));
        var graph = editor.ToGraph();
        var diagnostics = new DiagnosticBag();
        Assert.True(GraphVerifier.Verify(graph, diagnostics), string.Join('\n', diagnostics.Items));
        return (graph, new Images(seed));
    }

    /// <summary>A network of the operators that float models have besides layers and sums, constants among their operands.</summary>
    public static (Graph Graph, DataSource Data) Operators(int seed)
    {
        var random = new Random(seed);
        var editor = new GraphEditor("operators");
        var x = editor.AddInput("x", new(ElementType.Float32, [1, 9, 9, 2]));
        var first = Layer(editor, random, new Conv2D(new Window2D(1, 1, 1, 1, 1, 1), Activation.None, Requantization.Single), x, [6, 3, 3, 2], "first");
        var leaky = Node(editor, new LeakyRelu(0.1), "leaky", first);
        var gate = Node(editor, new Logistic(), "gate", Layer(editor, random, new Conv2D(new Window2D(), Activation.None, Requantization.Single), leaky, [6, 1, 1, 6], "gates"));
        var product = Node(editor, new Mul(Activation.None), "product", leaky, gate);
        var shift = editor.AddConstant("shift", Tensor.FromFloats(new(ElementType.Float32, [6]), [0.1f, -0.2f, 0.3f, 0, 0.5f, -0.6f]));
        var difference = Node(editor, new Sub(Activation.None), "difference", product, shift);
        var bounded = Node(editor, new Tanh(), "bounded", Layer(editor, random, new DepthwiseConv2D(new Window2D(1, 1, 1, 1, 1, 1), Activation.None, Requantization.Single), difference, [1, 3, 3, 6], "depthwise"));
        var shares = Node(editor, new Softmax(1), "shares", difference);
        var factor = editor.AddConstant("factor", Tensor.FromFloats(new(ElementType.Float32, [1]), [1.7f]));
        var joined = Node(editor, new Concat(3, Activation.None), "joined", Node(editor, new Mul(Activation.None), "scaled", difference, factor), Node(editor, new StridedSlice([0, 0, 0, 0], [1, 1, 1, 1], [1, 9, 9, 6], [1, 9, 9, 6]), "slice", bounded), shares);
        var clamped = Node(editor, new UnaryActivation(Activation.Relu6), "clamped", joined);
        var padded = Node(editor, new Pad([0, 1, 0, 0], [0, 0, 1, 0], 0), "padded", clamped);
        var pooled = Node(editor, new MaxPool2D(new Window2D(2, 2), 2, 2, Activation.None), "pooled", padded);
        var averaged = Node(editor, new AveragePool2D(new Window2D(1, 1, 1, 1), 2, 2, Activation.None), "averaged", pooled);
        var second = Layer(editor, random, new Conv2D(new Window2D(), Activation.Relu, Requantization.Single), averaged, [8, 1, 1, 18], "second");
        var mean = Node(editor, new Mean([1], false), "mean", Node(editor, new Transpose([0, 2, 1, 3]), "turned", second));
        var size = (int)editor[mean].Type.Shape.ElementCount;
        var dense = Layer(editor, random, new FullyConnected(Activation.None, Requantization.Single, false), Node(editor, new Reshape([1, size]), "flat", mean), [4, size], "dense");
        editor.AddOutput(Node(editor, new Softmax(1), "softmax", dense));
        return (Verified(editor), new Images(seed));
    }

    /// <summary>A convolution of two groups and a layer behind it, and the same with the groups as convolutions of their own.</summary>
    public static (Graph Grouped, Graph Parted, DataSource Data) Groups(int seed)
    {
        var window = new Window2D(1, 1, 1, 1, 1, 1);
        return (Build(parted: false), Build(parted: true), new Images(seed));

        Graph Build(bool parted)
        {
            var random = new Random(seed);
            var editor = new GraphEditor("groups");
            var x = editor.AddInput("x", new(ElementType.Float32, [1, 9, 9, 2]));
            var conv = new Conv2D(window, Activation.Relu, Requantization.Single);
            var weights = RandomLayers.Gaussian(random, 1, 6 * 9).Elements.Select(v => (float)v).ToArray();
            int Part(int input, int first, int count)
            {
                var w = editor.AddConstant("w", Tensor.FromFloats(new(ElementType.Float32, [count, 3, 3, 1]), weights[(first * 9)..((first + count) * 9)]));
                return Node(editor, conv, "part", input, w, editor.AddConstant("b", Tensor.FromFloats(new(ElementType.Float32, [count]), [.. Enumerable.Range(first, count).Select(i => 0.1f * i)])));
            }
            int Slice(int channel) => Node(editor, new StridedSlice([0, 0, 0, channel], [1, 1, 1, 1], [1, 9, 9, 1], [1, 9, 9, 1]), "slice", x);
            var y = parted ? Node(editor, new Concat(3, Activation.None), "joined", Part(Slice(0), 0, 3), Part(Slice(1), 3, 3)) : Part(x, 0, 6);
            var last = Layer(editor, random, new Conv2D(new Window2D(2, 2), Activation.None, Requantization.Single), y, [5, 1, 1, 6], "last");
            editor.AddOutput(Node(editor, new Softmax(1), "softmax", last));
            return Verified(editor);
        }
    }

    /// <summary>8-bit codes of a layer's weights with room to move: the largest is 100.</summary>
    public static LayerQuantization Fine(Graph graph, Node node)
    {
        var layer = LinearLayer.TryMake(graph, node)!;
        var matrix = FloatWeights.ToMatrix(layer, graph[layer.W].Constant!.Floats);
        var grid = WeightGrids.MaxAbs(matrix, 8);
        grid = grid.WithScales([.. grid.Scales.Select(s => s * 1.27)]);
        return new(new Rtn().Round(new WeightProblem(matrix, grid, new LinearAlgebra.Matrix(matrix.Columns, matrix.Columns))), grid, [.. FloatWeights.Bias(graph, layer)]);
    }

    private static int Node(GraphEditor editor, Op op, string name, params int[] inputs)
    {
        var diagnostics = new DiagnosticBag();
        var shapes = op.InferShapes([.. inputs.Select(id => (TensorType?)editor[id].Type)], SourceLocation.Generated, diagnostics);
        Assert.Empty(diagnostics.Items);
        return editor.AddNode(op, inputs, new(ElementType.Float32, shapes[0]), name, SourceLocation.Generated);
    }

    private static Graph Verified(GraphEditor editor)
    {
        var graph = editor.ToGraph();
        var diagnostics = new DiagnosticBag();
        Assert.True(GraphVerifier.Verify(graph, diagnostics), string.Join('\n', diagnostics.Items));
        return graph;
    }

    private static int Layer(GraphEditor editor, Random random, Op op, int x, Shape weights, string name)
    {
        var outputs = op is DepthwiseConv2D ? weights[3] : weights[0];
        var fan = weights.ElementCount / outputs;
        var w = editor.AddConstant(name + "/w", Tensor.FromFloats(new(ElementType.Float32, weights),
            [.. RandomLayers.Gaussian(random, 1, (int)weights.ElementCount, 1.4 / Math.Sqrt(fan)).Elements.Select(v => (float)v)]));
        var b = editor.AddConstant(name + "/b", Tensor.FromFloats(new(ElementType.Float32, [outputs]), [.. Enumerable.Range(0, outputs).Select(_ => (float)(0.2 * random.NextDouble()))]));
        var shape = op.InferShapes([editor[x].Type, editor[w].Type, editor[b].Type], SourceLocation.Generated, new DiagnosticBag())[0];
        return editor.AddNode(op, [x, w, b], new(ElementType.Float32, shape), name, SourceLocation.Generated);
    }

    private sealed class Images(int seed) : DataSource
    {
        public override string Name => "random images";

        public override int Count => 48;

        public override Shape SampleShape => [9, 9, 2];

        public override void Read(int index, Span<float> sample)
        {
            var random = new Random((seed * 1000) + index);
            var (a, b, c, d) = (random.NextDouble() * 2, random.NextDouble() * 2, random.NextDouble() * 6, random.NextDouble() - 0.5);
            for (var i = 0; i < sample.Length; i++)
                sample[i] = (float)(Math.Sin((a * (i / 18)) + (b * (i / 2 % 9)) + (c * (i % 2))) + d + (0.2 * random.NextDouble()));
        }

        public override int Label(int index) => -1;
    }
}
