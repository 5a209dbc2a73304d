using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Quantize.Tests;

/// <summary>Small random networks over the operators that the evaluator has loops of its own for, and some others.</summary>
internal static class RandomNetworks
{
    public static Graph Integer(Random random) => Make(random, isInteger: true);

    public static Graph Float(Random random) => Make(random, isInteger: false);

    private static Graph Make(Random random, bool isInteger)
    {
        var editor = new GraphEditor("random");
        var type = Activation(random, isInteger, [1, random.Next(3, 9), random.Next(3, 9), random.Next(1, 21)]);
        var x = editor.AddInput("x", type);
        for (var layer = 0; layer < 3; layer++)
        {
            var shape = editor[x].Type.Shape;
            var (kh, kw) = (random.Next(1, Math.Min(4, shape[1] + 1)), random.Next(1, Math.Min(4, shape[2] + 1)));
            var dilation = kh == 3 && shape[1] > 5 && random.Next(2) == 0 ? 2 : 1;
            var window = new Window2D(random.Next(1, 3), random.Next(1, 3), random.Next(0, kh), random.Next(0, kw), random.Next(0, kh), random.Next(0, kw), dilation, 1);
            var scheme = (Requantization)random.Next(0, 4);
            var activation = (Activation)random.Next(0, 3);
            var channels = random.Next(1, 40);
            var groups = channels % 2 == 0 && shape[3] % 2 == 0 ? random.Next(1, 3) : channels % 3 == 0 && shape[3] % 3 == 0 ? 3 : 1;
            var folded = random.Next(2) == 0;
            x = random.Next(4) switch
            {
                3 => Pooled(editor, random, window with { DilationHeight = 1 }, kh, kw, activation, x),
                0 => Weighted(editor, random, isInteger, new DepthwiseConv2D(window, activation, scheme) { ZeroPointFolded = folded }, x,
                    [1, kh, kw, shape[3] * random.Next(1, 3)], 3),
                1 when layer > 0 => editor.AddNode(new Add(activation), [x, x], Activation(random, isInteger, shape), "add", SourceLocation.Generated),
                _ => Weighted(editor, random, isInteger, new Conv2D(window, activation, scheme) { ZeroPointFolded = folded }, x, [channels, kh, kw, shape[3] / groups], 0),
            };
        }
        var flat = (int)editor[x].Type.Shape.ElementCount;
        x = editor.AddNode(new Reshape([1, flat]), [x], editor[x].Type with { Shape = [1, flat] }, "flat", SourceLocation.Generated);
        x = Weighted(editor, random, isInteger, new FullyConnected(Brim.Core.IR.Ops.Activation.None, Requantization.Single, false), x, [random.Next(1, 20), flat], 0);
        editor.AddOutput(x);
        return editor.ToGraph();
    }

    private static int Pooled(GraphEditor editor, Random random, Window2D window, int height, int width, Activation activation, int x)
    {
        Pool2D op = random.Next(2) == 0 ? new AveragePool2D(window, height, width, activation) : new MaxPool2D(window, height, width, activation);
        var shape = op.InferShapes([editor[x].Type], SourceLocation.Generated, new DiagnosticBag())[0];
        return editor.AddNode(op, [x], editor[x].Type with { Shape = shape }, op.Mnemonic, SourceLocation.Generated);
    }

    private static int Weighted(GraphEditor editor, Random random, bool isInteger, Op op, int x, Shape shape, int axis)
    {
        var n = shape[axis];
        int w, bias;
        if (isInteger)
        {
            var bits = random.Next(2, 9);
            var limit = (1 << (bits - 1)) - 1;
            var quant = random.Next(2) == 0 || op is FullyConnected
                ? QuantParams.PerTensor(random.NextDouble() + 0.01)
                : QuantParams.PerAxis(axis, [.. Enumerable.Range(0, n).Select(_ => random.NextDouble() + 0.01)], [.. new int[n]]);
            w = editor.AddConstant("w", Tensor.FromCodes(new(ElementType.Signed(bits), shape, quant), [.. Enumerable.Range(0, (int)shape.ElementCount).Select(_ => random.Next(-limit, limit + 1))]));
            bias = editor.AddConstant("b", Tensor.FromCodes(new(ElementType.Int32, [n]), [.. Enumerable.Range(0, n).Select(_ => random.Next(-5000, 5000))]));
        }
        else
        {
            w = editor.AddConstant("w", Tensor.FromFloats(new(ElementType.Float32, shape), [.. Enumerable.Range(0, (int)shape.ElementCount).Select(_ => (float)(random.NextDouble() - 0.5))]));
            bias = editor.AddConstant("b", Tensor.FromFloats(new(ElementType.Float32, [n]), [.. Enumerable.Range(0, n).Select(_ => (float)(random.NextDouble() - 0.5))]));
        }
        int[] inputs = random.Next(4) == 0 ? [x, w] : [x, w, bias];
        var operands = inputs.Select(id => (TensorType?)editor[id].Type).ToArray();
        var diagnostics = new DiagnosticBag();
        var result = op.InferShapes(operands, SourceLocation.Generated, diagnostics);
        Assert.False(diagnostics.HasErrors, string.Join('\n', diagnostics.Items));
        return editor.AddNode(op, inputs, Activation(random, isInteger, result[0]), op.Mnemonic, SourceLocation.Generated);
    }

    private static TensorType Activation(Random random, bool isInteger, Shape shape)
    {
        if (!isInteger)
            return new(ElementType.Float32, shape);
        var element = random.Next(2) == 0 ? ElementType.Signed(random.Next(2, 9)) : ElementType.Unsigned(random.Next(1, 9));
        // Scales from fine (left shifts, saturation) to coarse (right shifts).
        var scale = Math.Pow(10, (random.NextDouble() * 4) - 1);
        return new(element, shape, QuantParams.PerTensor(scale, random.Next((int)element.MinCode, (int)element.MaxCode + 1)));
    }
}
