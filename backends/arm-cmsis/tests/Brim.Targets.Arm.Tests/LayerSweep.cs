using System.Collections.Immutable;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;
using Brim.Testing;

namespace Brim.Targets.Arm.Tests;

/// <summary>Grows a graph of single layers, each with an input and an output of its own and adversarial codes.</summary>
/// <param name="name">Name of the graph.</param>
/// <param name="seed">Seed.</param>
/// <param name="isSteep">True for weights of four bits rescaled by 2^-4 to 2^3, with one rounding: for factors of 1/2 or more kernels shift weights left.</param>
/// <param name="anyFactor">True to keep two roundings in steep layers, too: for kernels that shift sums left, not weights.</param>
internal sealed class LayerSweep(string name, int seed, bool isSteep = false, bool anyFactor = false)
{
    private const int SteepWeight = 7;

    private readonly GraphEditor _editor = new(name) { Phase = GraphPhase.Quantized };
    private readonly SplitMix64 _random = new((ulong)seed);
    private int _layers;

    /// <summary>
    /// True while the next layer has small sums rescaled by powers of two, so that many lie half-way between codes: every third one. Float32
    /// rounds such to even, which no fixed-point factor does. Such a layer has no fused activation.
    /// </summary>
    private bool HasTies => !isSteep && _layers % 3 == 2;

    /// <summary>The graph.</summary>
    public Graph Graph => _editor.ToGraph();

    /// <summary>A convolution; the zero point of the result is <paramref name="zeroPoint"/>.</summary>
    public LayerSweep Conv(Shape x, Shape w, Window2D window, int zeroPoint = -128, Activation activation = Activation.Relu,
        Requantization scheme = Requantization.TfLiteDouble)
    {
        var (input, weights, bias, scale) = Operands(x, w, 0, w[1] * w[2] * w[3]);
        return Add(new Conv2D(window, Clamp(activation), Rounding(scheme)), [input, weights, bias], scale, HasTies ? 3 : zeroPoint);
    }

    /// <summary>A depthwise convolution with multiplier 1.</summary>
    public LayerSweep Depthwise(Shape x, Window2D window, int zeroPoint = -128, Activation activation = Activation.Relu,
        Requantization scheme = Requantization.TfLiteDouble)
    {
        var (input, weights, bias, scale) = Operands(x, [1, 3, 3, x[3]], 3, 9);
        return Add(new DepthwiseConv2D(window, Clamp(activation), Rounding(scheme)), [input, weights, bias], scale, HasTies ? 3 : zeroPoint);
    }

    /// <summary>A dense layer.</summary>
    public LayerSweep Dense(int rows, int depth, int outputs, int zeroPoint = -128, Activation activation = Activation.Relu,
        Requantization scheme = Requantization.TfLiteDouble)
    {
        var (input, weights, bias, scale) = Operands([rows, depth], [outputs, depth], 0, depth);
        return Add(new FullyConnected(Clamp(activation), Rounding(scheme), KeepDims: false), [input, weights, bias], scale, HasTies ? 3 : zeroPoint);
    }

    /// <summary>A sum of two inputs.</summary>
    public LayerSweep Sum(Shape shape, Activation activation)
    {
        var (sa, sb) = (_random.Real(0.01, 0.1), _random.Real(0.01, 0.1));
        var a = _editor.AddInput($"a{_layers}", Activations(shape, sa, _random.Between(-128, 127)));
        var b = _editor.AddInput($"b{_layers}", Activations(shape, sb, _random.Between(-128, 127)));
        return Add(new Add(activation), [a, b], Math.Max(sa, sb) * _random.Real(0.7, 1.7), _random.Pick([-128, 3]));
    }

    /// <summary>An average pooling.</summary>
    public LayerSweep Average(Shape x, int height, int width, Window2D window, Activation activation)
    {
        var zeroPoint = _random.Between(-100, 100);
        var input = _editor.AddInput($"x{_layers}", Activations(x, 0.05, zeroPoint));
        return Add(new AveragePool2D(window, height, width, activation), [input], 0.05, zeroPoint);
    }

    private (int Input, int Weights, int Bias, double Scale) Operands(Shape x, Shape w, int axis, int depth)
    {
        var scale = _random.Real(0.01, 0.1);
        var input = _editor.AddInput($"x{_layers}", Activations(x, scale, _random.Pick([-128, 127, _random.Between(-128, 127)])));
        var channels = w[axis];
        var ties = HasTies;
        // Otherwise scales a thousandfold apart, which give different shifts, and layers that saturate, use a few codes or none.
        double[] scales = isSteep ? [.. Enumerable.Range(0, channels).Select(_ => Math.Pow(2, _random.Real(-4, 3)))] : [.. Enumerable.Range(0, channels).Select(_ => ties ? Math.ScaleB(1, _random.Between(-6, -3)) : 0.01 * Math.Pow(2, _random.Real(-5, 5)))];
        // One so small that only the zero point is left of its channel.
        if (channels > 5)
            scales[5] = 1e-10;
        var quant = QuantParams.PerAxis(axis, [.. scales], [.. new int[channels]]);
        var codes = new int[w.ElementCount];
        var largest = ties ? 1 : isSteep ? SteepWeight : 127;
        var extreme = _random.OneIn(5);
        for (var i = 0; i < codes.Length; i++)
            codes[i] = extreme ? _random.Pick([-largest, largest]) : _random.Between(-largest, largest);
        var weights = _editor.AddConstant("w", Tensor.FromCodes(new TensorType(ElementType.Int8, w, quant), codes));
        var limit = ties || isSteep ? 100 : 20000;
        int[] biasCodes = [.. Enumerable.Range(0, channels).Select(_ => _random.Between(-limit, limit))];
        var bias = _editor.AddConstant("b", Tensor.FromCodes(new TensorType(ElementType.Int32, [channels]), biasCodes));
        return (input, weights, bias, isSteep ? scale : ties ? scale / 2 : scale * 0.01 * Math.Sqrt(depth) * 75);
    }

    // Ties of negative numbers are seen only without a clamp at the zero point.
    private Activation Clamp(Activation activation) => HasTies ? Activation.None : activation;

    private Requantization Rounding(Requantization scheme) => isSteep && !anyFactor && scheme == Requantization.TfLiteDouble ? Requantization.Single : HasTies && scheme == Requantization.OnnxFloat ? Requantization.TfLiteDouble : scheme;

    private LayerSweep Add(Op op, int[] inputs, double scale, int zeroPoint)
    {
        var operands = inputs.Select(id => (TensorType?)_editor[id].Type).ToArray();
        var diagnostics = new DiagnosticBag();
        var shapes = op.InferShapes(operands, SourceLocation.Generated, diagnostics);
        Assert.False(diagnostics.HasErrors, string.Join('\n', diagnostics.Items));
        var id = _editor.AddNode(op, inputs, Activations(shapes[0], scale, zeroPoint), $"layer_{_layers++}", SourceLocation.Generated);
        _editor.AddOutput(id);
        return this;
    }

    private static TensorType Activations(Shape shape, double scale, int zeroPoint) => new(ElementType.Int8, shape, QuantParams.PerTensor(scale, zeroPoint));
}
