using System.Numerics;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Core.Tests.Numerics;

namespace Brim.Core.Tests.Ops;

/// <content>Operators that rescale accumulators or codes.</content>
internal static partial class NodeOracle
{
    private static int Convolution(Conv2D conv, Tensor?[] operands, TensorType y, int[] at)
    {
        var (x, w) = (operands[0]!, operands[1]!);
        var depth = w.Type.Shape[3];
        var group = at[3] / (y.Shape[3] / (x.Type.Shape[3] / depth));
        var sum = operands[2]?.CodeAt(at[3]) ?? 0L;
        for (var ky = 0; ky < w.Type.Shape[1]; ky++)
        {
            for (var kx = 0; kx < w.Type.Shape[2]; kx++)
            {
                for (var c = 0; c < depth; c++)
                    sum += At(w, [at[3], ky, kx, c]) * (long)Tap(conv.Window, x, at, ky, kx, (group * depth) + c);
            }
        }
        return Requantized(conv.Requantization, operands[2]?.Type.Element.Bits == 64, sum, x, w, y, at[3], conv.Activation, singleScaleInFloat: false);
    }

    private static int Depthwise(DepthwiseConv2D conv, Tensor?[] operands, TensorType y, int[] at)
    {
        var (x, w) = (operands[0]!, operands[1]!);
        var sum = operands[2]?.CodeAt(at[3]) ?? 0L;
        for (var ky = 0; ky < w.Type.Shape[1]; ky++)
        {
            for (var kx = 0; kx < w.Type.Shape[2]; kx++)
                sum += At(w, [0, ky, kx, at[3]]) * (long)Tap(conv.Window, x, at, ky, kx, at[3] * x.Type.Shape[3] / y.Shape[3]);
        }
        return Requantized(conv.Requantization, Wide(x, operands[2]), sum, x, w, y, at[3], conv.Activation, singleScaleInFloat: false);
    }

    private static int Product(FullyConnected layer, Tensor?[] operands, TensorType y, int[] at)
    {
        var (x, w) = (operands[0]!, operands[1]!);
        var depth = w.Type.Shape[1];
        var row = FlatIndex(y.Shape, at) / w.Type.Shape[0];
        var sum = operands[2]?.CodeAt(at[^1]) ?? 0L;
        for (var k = 0; k < depth; k++)
            sum += At(w, [at[^1], k]) * (long)(x.Codes[(row * depth) + k] - x.Type.Quant!.ZeroPoint);
        return Requantized(layer.Requantization, Wide(x, operands[2]), sum, x, w, y, at[^1], layer.Activation, singleScaleInFloat: true);
    }

    // Input minus its zero point under one tap; real zero outside.
    private static int Tap(Window2D window, Tensor x, int[] at, int ky, int kx, int channel)
    {
        var row = (at[1] * window.StrideHeight) - window.PadTop + (ky * window.DilationHeight);
        var column = (at[2] * window.StrideWidth) - window.PadLeft + (kx * window.DilationWidth);
        return row >= 0 && row < x.Type.Shape[1] && column >= 0 && column < x.Type.Shape[2]
            ? At(x, [at[0], row, column, channel]) - x.Type.Quant!.ZeroPoint
            : 0;
    }

    private static bool Wide(Tensor x, Tensor? bias) => bias is null ? x.Type.Element.Bits == 16 : bias.Type.Element.Bits == 64;

    private static int Requantized(
        Requantization scheme, bool wide, BigInteger sum, Tensor x, Tensor w, TensorType y, int channel, Activation activation, bool singleScaleInFloat)
    {
        var (low, high) = Limits(y, activation);
        var scales = w.Type.Quant!.Scales;
        var (sx, sw, sy) = (x.Type.Quant!.Scale, scales[scales.Length == 1 ? 0 : channel], y.Quant!.Scale);
        if (scheme == Requantization.OnnxFloat)
        {
            // Products and quotients of floats are exact or correctly rounded in doubles, so that one conversion rounds as float32 does.
            var factor = (float)((float)(sx * sw) / sy);
            var product = (float)((double)(float)sum * factor);
            return Limited((BigInteger)Math.Round((double)product, MidpointRounding.ToEven) + y.Quant.ZeroPoint, low, high);
        }
        var inFloat = singleScaleInFloat && scales.Length == 1 && scheme != Requantization.PowerOfTwo;
        return ExactArithmetic.Requantize(scheme, wide, sum, (inFloat ? (float)(sx * sw) : sx * sw) / sy, y.Quant.ZeroPoint, low, high);
    }

    private static int Pair(BinaryElementwise op, Tensor a, Tensor b, TensorType y, int[] at)
    {
        var (p, q) = (Offset(a, at), Offset(b, at));
        var (sa, sb, sy) = (a.Type.Quant!.Scale, b.Type.Quant!.Scale, y.Quant!.Scale);
        var (low, high) = Limits(y, op.Activation);
        int result;
        if (op is Mul)
        {
            result = ExactArithmetic.MultiplyDouble((BigInteger)p * q, ExactArithmetic.Quantize(sa * sb / sy));
        }
        else
        {
            var shift = y.Element.Bits == 16 ? 15 : 20;
            var unit = 2 * Math.Max(sa, sb);
            double[] factors = [sa / unit, sb / unit, unit / (sy * (1 << shift))];
            // TFLite Micro forms the factors of SUB in float32.
            var rounded = op is Sub ? [.. factors.Select(f => (double)(float)f)] : factors;
            var left = ExactArithmetic.MultiplyDouble((BigInteger)p << shift, ExactArithmetic.Quantize(rounded[0]));
            var right = ExactArithmetic.MultiplyDouble((BigInteger)q << shift, ExactArithmetic.Quantize(rounded[1]));
            var sum = op is Sub ? (BigInteger)left - right : (BigInteger)left + right;
            result = ExactArithmetic.MultiplyDouble(sum, ExactArithmetic.Quantize(rounded[2]));
        }
        return Limited((BigInteger)result + y.Quant.ZeroPoint, low, high);
    }

    // The broadcast element minus its zero point.
    private static int Offset(Tensor x, int[] at)
    {
        var shape = x.Type.Shape;
        int[] from = [.. Enumerable.Range(0, shape.Rank).Select(d => shape[d] == 1 ? 0 : at[at.Length - shape.Rank + d])];
        return At(x, from) - x.Type.Quant!.ZeroPoint;
    }

    private static int Rescaled(Tensor x, TensorType y, int[] at, Activation activation)
    {
        var (low, high) = Limits(y, activation);
        var factor = ExactArithmetic.Quantize(x.Type.Quant!.Scale / y.Quant!.Scale);
        return Limited((BigInteger)ExactArithmetic.MultiplyDouble(At(x, at) - x.Type.Quant.ZeroPoint, factor) + y.Quant.ZeroPoint, low, high);
    }

    private static int Leaky(LeakyRelu leaky, Tensor x, TensorType y, int[] at)
    {
        var (low, high) = Limits(y, Activation.None);
        var offset = At(x, at) - x.Type.Quant!.ZeroPoint;
        var (sx, sy) = (x.Type.Quant.Scale, y.Quant!.Scale);
        var slope = offset >= 0 ? (float)(sx / sy) : (float)((float)(sx * leaky.Alpha) / sy);
        return Limited((BigInteger)ExactArithmetic.MultiplyDouble(offset, ExactArithmetic.Quantize(slope)) + y.Quant.ZeroPoint, low, high);
    }

    private static (int Low, int High) Limits(TensorType y, Activation activation)
    {
        var (low, high) = activation switch
        {
            Activation.Relu => (0.0, double.PositiveInfinity),
            Activation.Relu6 => (0.0, 6.0),
            Activation.ReluN1To1 => (-1.0, 1.0),
            _ => (double.NegativeInfinity, double.PositiveInfinity),
        };
        return ((int)Math.Max(Code(low), y.Element.MinCode), (int)Math.Min(Code(high), y.Element.MaxCode));

        double Code(double real) => double.IsInfinity(real)
            ? real
            : Math.Round((double)(float)(real / y.Quant!.Scale), MidpointRounding.AwayFromZero) + y.Quant.ZeroPoint;
    }

    private static int Limited(BigInteger code, int low, int high) => (int)BigInteger.Min(BigInteger.Max(code, low), high);
}
