using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Bench.Layers;

/// <summary>
/// Grows a graph of layers that share nothing, each with an input of its own. Weights are as training leaves them: normal in each channel, scaled so that
/// the largest takes the largest code. Results take about the whole range of their codes.
/// </summary>
internal sealed class LayerGraph(string name, int seed)
{
    private const double InputScale = 0.05;
    private const double WeightScale = 0.01;

    private readonly GraphEditor _editor = new(name) { Phase = GraphPhase.Quantized };
    private readonly Random _random = new(seed);
    private int _layers;

    /// <summary>The graph.</summary>
    public Graph Graph => _editor.ToGraph();

    /// <summary>A graph of one layer.</summary>
    public static Graph Of(string name, LayerShape shape, LayerCodes codes, int seed) => new LayerGraph(name, seed).Add(shape, codes).Graph;

    /// <summary>Adds a layer.</summary>
    public LayerGraph Add(LayerShape shape, LayerCodes codes)
    {
        var (least, most) = (codes.Activation.MinCode, codes.Activation.MaxCode);
        var input = _editor.AddInput($"x{_layers}", Type(shape.X, InputScale, (int)least, codes));
        switch (shape.Kind)
        {
            case LayerKind.Sum:
                var second = _editor.AddInput($"y{_layers}", Type(shape.X, InputScale * 0.8, (int)least, codes));
                return Add(new Add(codes.Clamp), codes, InputScale * 1.5, input, second);
            case LayerKind.AveragePool:
                return Add(new AveragePool2D(shape.Window, shape.KernelHeight, shape.KernelWidth, Activation.None), codes with { OutputZeroPoint = (int)least }, InputScale, input);
            case LayerKind.MaxPool:
                return Add(new MaxPool2D(shape.Window, shape.KernelHeight, shape.KernelWidth, Activation.None), codes with { OutputZeroPoint = (int)least }, InputScale, input);
            case LayerKind.Mean:
                return Add(new Mean([1, 2], KeepDims: false), codes with { OutputZeroPoint = (int)least }, InputScale, input);
            case LayerKind.Softmax:
                return Add(new Softmax(1), codes with { OutputZeroPoint = (int)least }, 1.0 / (most - least + 1), input);
        }
        var (weights, spread) = Weights(shape, codes.WeightBits);
        var bias = _editor.AddConstant($"b{_layers}", Bias(shape.Outputs, spread));
        // Uniform inputs have a standard deviation of their range / sqrt(12); three of a sum's fill the codes.
        var scale = codes.Factor is { } factor ? InputScale * WeightScale / factor : InputScale * WeightScale * spread * 3 / Math.Sqrt(12);
        Op op = shape.Kind switch
        {
            LayerKind.Convolution => new Conv2D(shape.Window, codes.Clamp, codes.Requantization),
            LayerKind.Depthwise => new DepthwiseConv2D(shape.Window, codes.Clamp, codes.Requantization),
            _ => new FullyConnected(codes.Clamp, codes.Requantization, KeepDims: false),
        };
        return Add(op, codes, scale, input, _editor.AddConstant($"w{_layers}", weights), bias);
    }

    private LayerGraph Add(Op op, LayerCodes codes, double scale, params int[] inputs)
    {
        var diagnostics = new DiagnosticBag();
        var shapes = op.InferShapes(inputs.Select(id => (TensorType?)_editor[id].Type).ToArray(), SourceLocation.Generated, diagnostics);
        if (diagnostics.HasErrors)
            throw new InvalidOperationException(string.Join('\n', diagnostics.Items));
        var id = _editor.AddNode(op, inputs, Type(shapes[0], scale, codes.OutputZeroPoint, codes), $"layer_{_layers++}", SourceLocation.Generated);
        _editor.AddOutput(id);
        return this;
    }

    private static TensorType Type(Shape shape, double scale, int zeroPoint, LayerCodes codes) =>
        new(codes.Activation, shape, QuantParams.PerTensor(scale, zeroPoint));

    /// <summary>Weights, and the standard deviation of a channel's sum in units of the input's.</summary>
    private (Tensor Weights, double Spread) Weights(LayerShape shape, int bits)
    {
        var isDepthwise = shape.Kind == LayerKind.Depthwise;
        Shape dimensions = shape.Kind switch
        {
            LayerKind.Convolution => [shape.Outputs, shape.KernelHeight, shape.KernelWidth, shape.X[3]],
            LayerKind.Depthwise => [1, shape.KernelHeight, shape.KernelWidth, shape.Outputs],
            _ => [shape.Outputs, shape.X[-1]],
        };
        var codes = new int[dimensions.ElementCount];
        var (depth, largest) = (shape.Depth, (1 << (bits - 1)) - 1);
        double squares = 0;
        for (var c = 0; c < shape.Outputs; c++)
        {
            double[] channel = [.. Enumerable.Range(0, depth).Select(_ => Normal())];
            var unit = channel.Max(Math.Abs) / largest;
            for (var k = 0; k < depth; k++)
            {
                var code = (int)Math.Round(channel[k] / unit);
                codes[isDepthwise ? (k * shape.Outputs) + c : (c * depth) + k] = code;
                squares += (double)code * code;
            }
        }
        double[] scales = [.. Enumerable.Repeat(WeightScale, shape.Outputs)];
        var quant = QuantParams.PerAxis(isDepthwise ? 3 : 0, [.. scales], [.. new int[shape.Outputs]]);
        return (Tensor.FromCodes(new TensorType(ElementType.Signed(bits), dimensions, quant), codes), Math.Sqrt(squares / shape.Outputs));
    }

    private Tensor Bias(int channels, double spread)
    {
        int[] codes = [.. Enumerable.Range(0, channels).Select(_ => (int)(Normal() * spread))];
        return Tensor.FromCodes(new TensorType(ElementType.Int32, [channels]), codes);
    }

    /// <summary>Box and Muller 1958.</summary>
    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
}
