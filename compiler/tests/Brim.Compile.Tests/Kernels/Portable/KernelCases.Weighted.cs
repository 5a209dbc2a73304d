using System.Collections.Immutable;
using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Compile.Tests.Kernels.Portable;

/// <summary>Operators with weights.</summary>
internal sealed partial class KernelCases
{
    // Element types of input, weights, result; bits of the bias (0: none).
    private static readonly (ElementType X, ElementType W, ElementType Y, int BiasBits)[] WeightedTypes =
    [
        (ElementType.Int8, ElementType.Int8, ElementType.Int8, 32),
        (ElementType.UInt8, ElementType.Int8, ElementType.UInt8, 32),
        (ElementType.Int8, ElementType.Signed(4), ElementType.Unsigned(4), 0),
        (ElementType.Unsigned(4), ElementType.Signed(2), ElementType.Int8, 32),
        (ElementType.Unsigned(2), ElementType.Unsigned(3), ElementType.Signed(3), 0),
        (ElementType.Signed(4), ElementType.Signed(4), ElementType.Signed(4), 32),
        (ElementType.Int16, ElementType.Int8, ElementType.Int16, 64),
        (ElementType.Int16, ElementType.Int8, ElementType.Int16, 32),
        (ElementType.Int16, ElementType.Signed(4), ElementType.Int16, 0),
        (ElementType.Int8, ElementType.Int8, ElementType.Int16, 32),
        (ElementType.Int16, ElementType.Int8, ElementType.Int8, 64),
    ];

    private static readonly Requantization[] Schemes = [Requantization.TfLiteDouble, Requantization.Single, Requantization.PowerOfTwo, Requantization.OnnxFloat];

    private int _scheme;

    // Batch, height, width, channels, kernel, output channels, groups, window: odd channels, 1x1, strides, asymmetric padding, dilation.
    private static readonly (int[] X, int Kh, int Kw, int Cout, int Groups, Window2D Window)[] ConvolutionShapes =
    [
        ([1, 5, 6, 3], 3, 3, 5, 1, new Window2D(1, 1, 1, 1, 1, 1)),
        ([2, 1, 1, 7], 1, 1, 4, 1, new Window2D()),
        ([1, 7, 5, 2], 3, 2, 3, 1, new Window2D(2, 3, 0, 1, 1, 0)),
        ([1, 8, 8, 4], 2, 3, 6, 2, new Window2D(1, 2, 1, 0, 0, 2)),
        ([1, 9, 7, 1], 3, 3, 2, 1, new Window2D(1, 1, 2, 2, 2, 2, 2, 2)),
        ([1, 3, 3, 8], 3, 3, 8, 4, new Window2D()),
        ([1, 4, 4, 8], 1, 1, 16, 1, new Window2D()),
        ([1, 2, 2, 1], 5, 5, 1, 1, new Window2D(1, 1, 3, 2, 2, 3)),
    ];

    private void AddConvolutions()
    {
        foreach (var types in WeightedTypes)
        {
            foreach (var (dims, kh, kw, cout, groups, window) in ConvolutionShapes)
            {
                var depth = dims[3] / groups;
                var y = new Shape([dims[0], window.OutputHeight(dims[1], kh), window.OutputWidth(dims[2], kw), cout]);
                AddWeighted(types, new Shape([.. dims]), new Shape([cout, kh, kw, depth]), 0, y, kh * kw * depth, (act, scheme, folded) =>
                    new Conv2D(window, act, scheme) { ZeroPointFolded = folded });
            }
        }
    }

    private void AddDepthwise()
    {
        foreach (var types in WeightedTypes)
        {
            foreach (var (dims, kh, kw, cout, _, window) in ConvolutionShapes)
            {
                var multiplier = cout > 4 ? 1 : 2;
                var channels = dims[3] * multiplier;
                var y = new Shape([dims[0], window.OutputHeight(dims[1], kh), window.OutputWidth(dims[2], kw), channels]);
                AddWeighted(types, new Shape([.. dims]), new Shape([1, kh, kw, channels]), 3, y, kh * kw, (act, scheme, folded) =>
                    new DepthwiseConv2D(window, act, scheme) { ZeroPointFolded = folded });
            }
        }
    }

    private void AddMatrixProducts()
    {
        foreach (var types in WeightedTypes)
        {
            AddWeighted(types, [1, 37], [10, 37], 0, [1, 10], 37, (act, scheme, folded) => new FullyConnected(act, scheme, false) { ZeroPointFolded = folded });
            AddWeighted(types, [2, 3, 8], [5, 8], 0, [2, 3, 5], 8, (act, scheme, folded) => new FullyConnected(act, scheme, true) { ZeroPointFolded = folded });
            AddWeighted(types, [4, 2, 3], [1, 6], 0, [4, 1], 6, (act, scheme, folded) => new FullyConnected(act, scheme, false) { ZeroPointFolded = folded });
            if (types.W.IsSigned)
                AddWeighted(types, [3, 9], [4, 9], 0, [3, 4], 9, (act, scheme, _) => new FullyConnected(act, scheme, false), computedWeights: true);
        }
    }

    private void AddWeighted(
        (ElementType X, ElementType W, ElementType Y, int BiasBits) types, Shape xShape, Shape wShape, int axis, Shape yShape, int taps,
        Func<Activation, Requantization, bool, Op> op, bool computedWeights = false)
    {
        var scheme = Schemes[_scheme++ % Schemes.Length];
        var pow2 = scheme == Requantization.PowerOfTwo;
        var x = Codes(Type(types.X, xShape, pow2 ? Math.ScaleB(1, -6) : null));
        // Scales per channel, except every third time.
        var channels = computedWeights || _random.OneIn(3) ? 1 : wShape[axis];
        var scales = Enumerable.Range(0, channels).Select(_ => pow2 ? Math.ScaleB(1, -_random.Between(5, 8)) : _random.Real(0.002, 0.02)).ToImmutableArray();
        var quant = channels == 1 ? QuantParams.PerTensor(scales[0]) : QuantParams.PerAxis(axis, scales, [.. scales.Select(_ => 0)]);
        var w = Codes(new TensorType(types.W, wShape, quant));
        // A typical accumulator then lands within the result's codes, a large one saturates.
        var typical = Math.Sqrt(taps) * (types.X.MaxCode - types.X.MinCode) * (types.W.MaxCode - types.W.MinCode) / 12;
        var scale = x.Type.Quant!.Scale * scales[0] * Math.Max(typical / (types.Y.MaxCode - types.Y.MinCode), 0.05) * _random.Real(1, 6);
        var y = Type(types.Y, yShape, pow2 ? Math.ScaleB(1, Math.ILogB(scale) + 1) : scale);
        if (types.X.Bits == 16)
            y = y with { Quant = QuantParams.PerTensor(y.Quant!.Scale) };
        var activation = _random.Pick(Activations);
        Add($"{scheme} {activation} {(channels == 1 ? "per tensor" : "per channel")}", op(activation, scheme, _random.OneIn(2)), y,
            Input(x), computedWeights ? Input(w) : Constant(w), Constant(Bias(types.BiasBits, yShape[-1], (int)typical)));
    }

    private Tensor? Bias(int bits, int channels, int magnitude)
    {
        if (bits == 0)
            return null;
        var codes = Enumerable.Range(0, channels).Select(_ => _random.Between(-magnitude, magnitude)).ToArray();
        return bits == 64
            ? Tensor.FromWideCodes(new TensorType(ElementType.Int64, [channels]), [.. codes.Select(c => (long)c)])
            : Tensor.FromCodes(new TensorType(ElementType.Int32, [channels]), codes);
    }
}
