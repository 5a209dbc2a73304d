using System.Collections.Immutable;
using System.Numerics;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Testing;

namespace Brim.Targets.Arm.Tests;

/// <summary>
/// A graph of random layers of narrow codes, each with an input and an output of its own: all operators with weights, all widths that lane kernels
/// take and some that they do not, shapes that leave rests of tiles, blocks and strips, weights from harmless to all extremes.
/// </summary>
internal sealed class LaneSweep(string name, int seed)
{
    private readonly GraphEditor _editor = new(name) { Phase = GraphPhase.Quantized };
    private readonly SplitMix64 _random = new((ulong)seed);

    /// <summary>True if all layers have codes that every lane kernel takes.</summary>
    private bool _isNarrow;

    /// <summary>The graph of a number of layers.</summary>
    public static Graph Create(string name, int seed, int layers)
    {
        var sweep = new LaneSweep(name, seed);
        for (var i = 0; i < layers; i++)
            sweep.Layer(i);
        return sweep._editor.ToGraph();
    }

    /// <summary>A graph of 3x3 convolutions that keep height and width, a layer of each height.</summary>
    public static Graph Convolutions(string name, int seed, IEnumerable<int> heights)
    {
        var sweep = new LaneSweep(name, seed) { _isNarrow = true };
        foreach (var (height, i) in heights.Select((h, i) => (h, i)))
            sweep.Add(i, new Conv2D(new Window2D(1, 1, 1, 1, 1, 1), Activation.None, Requantization.Single), [1, height, 4 + i, 16], [8, 3, 3, 16], 0);
        return sweep._editor.ToGraph();
    }

    private void Layer(int index)
    {
        var scheme = _random.Pick([Requantization.TfLiteDouble, Requantization.Single, Requantization.Single, Requantization.OnnxFloat]);
        var activation = _random.Pick([Activation.None, Activation.Relu, Activation.Relu6]);
        var (height, width) = (_random.Between(1, 9), _random.Between(1, 10));
        var (channels, outputs) = (_random.Between(1, 20), _random.Between(1, 11));
        switch (index % 5)
        {
            case 0:
                outputs += outputs % 2;
                Add(index, new Conv2D(new Window2D(1, 1, 1, 1, 1, 1), activation, scheme), [1, height, width, channels], [outputs, 3, 3, channels], 0);
                break;
            case 1:
                var (tall, wide) = (_random.Between(1, Math.Min(4, height)), _random.Between(1, Math.Min(4, width)));
                var window = new Window2D(_random.Between(1, 2), _random.Between(1, 2), _random.Between(0, tall - 1), _random.Between(0, wide - 1),
                    _random.Between(0, tall - 1), _random.Between(0, wide - 1));
                Add(index, new Conv2D(window, activation, scheme), [1, height, width, channels], [outputs, tall, wide, channels], 0);
                break;
            case 2:
                Add(index, new Conv2D(new Window2D(), activation, scheme), [1, height, width, 4 * channels], [outputs, 1, 1, 4 * channels], 0);
                break;
            case 3:
                var stride = index % 30 == 8 ? 2 : 1;
                Add(index, new DepthwiseConv2D(new Window2D(stride, stride, 1, 1, 1, 1), activation, scheme), [1, height, 2 + width, channels], [1, 3, 3, channels], 3);
                break;
            default:
                Add(index, new FullyConnected(activation, scheme, KeepDims: false), [_random.Between(1, 2), 9 * channels], [6 * outputs, 9 * channels], 0);
                break;
        }
    }

    private void Add(int index, Op op, Shape x, Shape w, int axis)
    {
        var scale = _random.Real(0.01, 0.1);
        var input = _editor.AddInput($"x{index}", Codes(x, scale));
        var limit = _isNarrow ? 7 : _random.Pick([1, 3, 7, 7, 7, 7, 7, 15, 31, 127]);
        var (channels, taps) = (w[axis], (int)(w.ElementCount / w[axis]));
        double[] scales = [.. Enumerable.Range(0, channels).Select(_ => 0.01 * Math.Pow(2, _random.Real(-2, 1)))];
        var weightType = new TensorType(ElementType.Signed(BitOperations.Log2((uint)limit) + 2), w, QuantParams.PerAxis(axis, [.. scales], [.. new int[channels]]));
        var weights = _editor.AddConstant($"w{index}", Tensor.FromCodes(weightType, Weights((int)w.ElementCount, limit)));
        var bias = _editor.AddConstant($"b{index}",
            Tensor.FromCodes(new TensorType(ElementType.Int32, [channels]), [.. Enumerable.Range(0, channels).Select(_ => _random.Between(-2000, 2000))]));
        int[] inputs = [input, weights, bias];
        var shape = op.InferShapes([_editor[input].Type, weightType, _editor[bias].Type], SourceLocation.Generated, new DiagnosticBag())[0];
        // Factors from 1/8 down, so that results use many codes whatever the number of taps.
        var output = Codes(shape, scale * 0.02 * Math.Max(8, Math.Sqrt(taps) * limit));
        _editor.AddOutput(_editor.AddNode(op, inputs, output, $"layer_{index}", SourceLocation.Generated));
    }

    private int[] Weights(int count, int limit)
    {
        var style = _random.Between(0, 3);
        return [.. Enumerable.Range(0, count).Select(_ => style switch
        {
            0 => _random.Pick([-limit, limit]),
            1 => _random.Between(0, limit),
            _ => _random.Between(-limit, limit),
        })];
    }

    private TensorType Codes(Shape shape, double scale)
    {
        var element = _isNarrow ? ElementType.Unsigned(4) : _random.Pick([
            ElementType.Unsigned(4), ElementType.Unsigned(5), ElementType.Unsigned(6), ElementType.Unsigned(6), ElementType.Unsigned(2),
            ElementType.Signed(4), ElementType.Signed(6), ElementType.Unsigned(7), ElementType.UInt8, ElementType.Int8]);
        var zeroPoint = element.IsSigned || _random.OneIn(4) ? _random.Between((int)element.MinCode, (int)element.MaxCode) : 0;
        return new TensorType(element, shape, QuantParams.PerTensor(scale, zeroPoint));
    }
}
