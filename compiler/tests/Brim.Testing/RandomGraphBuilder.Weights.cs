using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Testing;

/// <content>Operators with weights and windows.</content>
internal sealed partial class RandomGraphBuilder
{
    private bool PlaceConv2D(int x, TensorType type)
    {
        var window = RandomWindow(out var height, out var width);
        var channels = type.Shape[3];
        var groups = channels % 2 == 0 && _random.OneIn(4) ? 2 : 1;
        var outputs = groups * _random.Between(1, Math.Max(1, _options.MaxChannels / groups));
        Shape weights = [outputs, height, width, channels / groups];
        var scheme = RandomScheme();
        var (w, bias, resultScale) = Weights(type, weights, 0, height * width * channels / groups, scheme);
        return Place(new Conv2D(window, RandomActivation(), scheme), [x, w, bias], s => Activation(s, resultScale));
    }

    private bool PlaceDepthwise(int x, TensorType type)
    {
        var window = RandomWindow(out var height, out var width);
        Shape weights = [1, height, width, type.Shape[3] * _random.Pick([1, 1, 2, 3])];
        var scheme = RandomScheme();
        var (w, bias, resultScale) = Weights(type, weights, 3, height * width, scheme);
        return Place(new DepthwiseConv2D(window, RandomActivation(), scheme), [x, w, bias], s => Activation(s, resultScale));
    }

    private bool PlaceFullyConnected(int x, TensorType type)
    {
        var keep = _random.OneIn(3);
        var depth = keep ? type.Shape[-1] : (int)type.Shape.ElementCount;
        if (depth > 2000)
            return false;
        var scheme = RandomScheme();
        var (w, bias, resultScale) = Weights(type, [_random.Between(1, _options.MaxChannels), depth], 0, depth, scheme);
        return Place(new FullyConnected(RandomActivation(), scheme, keep), [x, w, bias], s => Activation(s, resultScale));
    }

    private bool PlacePool(string mnemonic, int x, TensorType type)
    {
        var (height, width) = (_random.Between(1, 4), _random.Between(1, 4));
        var window = new Window2D(_random.Between(1, 3), _random.Between(1, 3), _random.Between(0, height - 1), _random.Between(0, width - 1),
            _random.Between(0, height - 1), _random.Between(0, width - 1));
        Pool2D op = mnemonic == "max_pool2d"
            ? new MaxPool2D(window, height, width, RandomActivation())
            : new AveragePool2D(window, height, width, RandomActivation());
        return Place(op, [x], s => type with { Shape = s });
    }

    private Window2D RandomWindow(out int height, out int width)
    {
        (height, width) = (_random.Between(1, 4), _random.Between(1, 4));
        var dilation = _random.OneIn(4) ? 2 : 1;
        var (tall, wide) = ((height - 1) * dilation, (width - 1) * dilation);
        return new Window2D(_random.Between(1, 2), _random.Between(1, 3), _random.Between(0, tall), _random.Between(0, wide),
            _random.Between(0, tall), _random.Between(0, wide), dilation, dilation);
    }

    // Weights, bias (perhaps absent) and a result scale for which the result uses most codes, saturates, or nearly vanishes.
    private (int Weights, int Bias, double ResultScale) Weights(TensorType x, Shape shape, int axis, int depth, Requantization scheme)
    {
        var channels = shape[axis];
        var element = ElementType.Signed(_options.WeightBits);
        var powers = scheme == Requantization.PowerOfTwo;
        var single = _random.OneIn(4);
        var scales = Enumerable.Range(0, channels)
            .Select(_ => powers ? Math.ScaleB(1, _random.Between(-9, -6)) : Scale(0.001, 0.05)).ToArray();
        var quant = single ? QuantParams.PerTensor(scales[0]) : QuantParams.PerAxis(axis, [.. scales], [.. new int[channels]]);
        var weights = RandomGraphs.Codes(new TensorType(element, shape, quant), _random);
        if (_options.WeightBits == 8)
        {
            for (var i = 0; i < weights.Codes.Length; i++)
                weights.Codes[i] = Math.Max(weights.Codes[i], -127); // TFLite's narrow range
        }
        // An accumulator's deviation is about sqrt(depth) times both operands' deviations, half of their ranges.
        var spread = Math.Sqrt(depth) * element.MaxCode * 0.6 * (_options.Activation.MaxCode - _options.Activation.MinCode) * 0.4;
        var wanted = (_options.Activation.MaxCode - _options.Activation.MinCode) * 0.2 * Math.Pow(2, _random.Real(-2, 4));
        var bias = _random.OneIn(5) ? Value.None : AddBias(channels, spread);
        var resultScale = x.Quant!.Scale * scales[0] * spread / wanted;
        if (powers)
            resultScale = x.Quant.Scale * Math.ScaleB(1, Math.ILogB(resultScale / x.Quant.Scale));
        return (_editor.AddConstant("weights", weights), bias, resultScale);
    }

    private int AddBias(int channels, double spread)
    {
        var element = Is16 && _random.OneIn(2) ? ElementType.Int64 : ElementType.Int32;
        var type = new TensorType(element, [channels]);
        var limit = (int)Math.Min(spread, 1 << 28);
        var codes = Enumerable.Range(0, channels).Select(_ => _random.Between(-limit, limit)).ToArray();
        return _editor.AddConstant("bias", element.Bits == 64
            ? Tensor.FromWideCodes(type, [.. codes.Select(c => (long)c)])
            : Tensor.FromCodes(type, codes));
    }

    private Requantization RandomScheme() =>
        _options.Requantization ?? _random.Pick([Requantization.TfLiteDouble, Requantization.Single]);
}
