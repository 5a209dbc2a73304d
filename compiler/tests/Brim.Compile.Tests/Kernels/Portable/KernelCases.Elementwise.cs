using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;

namespace Brim.Compile.Tests.Kernels.Portable;

/// <summary>Operators on single elements or pairs of them.</summary>
internal sealed partial class KernelCases
{
    private static readonly (Shape A, Shape B, Shape Y)[] Broadcasts =
    [
        ([1, 4, 5, 3], [1, 4, 5, 3], [1, 4, 5, 3]),
        ([2, 3, 4, 5], [5], [2, 3, 4, 5]),
        ([3, 1, 5], [1, 4, 5], [3, 4, 5]),
        ([1, 1, 1, 6], [2, 3, 3, 6], [2, 3, 3, 6]),
        ([2, 1, 3, 1, 2], [1, 4, 3, 5, 2], [2, 4, 3, 5, 2]),
        ([7], [], [7]),
        ([], [], []),
    ];

    private void AddElementwise()
    {
        var pairs = ByteTypes.SelectMany(a => new[] { (a, a, a), (a, ElementType.UInt8, ElementType.Int8) }).Append((ElementType.Int16, ElementType.Int16, ElementType.Int16));
        foreach (var (ea, eb, ey) in pairs)
        {
            foreach (var (sa, sb, sy) in Broadcasts)
            {
                var (a, b) = (Codes(Type(ea, sa)), Codes(Type(eb, sb)));
                var unit = Math.Max(a.Type.Quant!.Scale, b.Type.Quant!.Scale);
                var y = Type(ey, sy, unit * _random.Real(0.7, 3));
                var activation = _random.Pick(Activations);
                Add($"{activation}", new Add(activation), y, Input(a), Input(b));
                Add($"{activation}", new Sub(activation), y, Input(a), Input(b));
                var product = a.Type.Quant.Scale * b.Type.Quant.Scale * ea.MaxCode * eb.MaxCode / Math.Max(ey.MaxCode, 1);
                Add($"{activation}", new Mul(activation), Type(ey, sy, Math.Max(product, 1e-4) * _random.Real(0.3, 2)), Input(a), Input(b));
            }
            var (x, k) = (Codes(Type(ea, [1, 3, 5])), Codes(Type(eb, [5])));
            Add("constant", new Add(Activation.None), Type(ey, [1, 3, 5], 0.05), Input(x), Constant(k));
            Add("constant", new Mul(Activation.None), Type(ey, [1, 3, 5], 0.05), Constant(k), Input(x));
        }
    }

    private void AddUnary()
    {
        Shape shape = [2, 37, 5];
        foreach (var ex in CodeTypes)
        {
            foreach (var ey in new[] { ex, ElementType.Int8, ElementType.UInt8, ElementType.Int16 })
            {
                foreach (var activation in Activations)
                    Add($"{activation}", new UnaryActivation(activation), Type(ey, shape), Input(Codes(Type(ex, shape))));
                Add("", new Quantize(), Type(ey, shape), Input(Codes(Type(ex, shape))));
                Add("0.1", new LeakyRelu(0.1), Type(ey, shape), Input(Codes(Type(ex, shape))));
                Add("-0.3", new LeakyRelu(-0.3), Type(ey, shape), Input(Codes(Type(ex, shape))));
            }
            Add("", new Quantize(), new TensorType(ElementType.Int32, shape, QuantParams.PerTensor(0.01)), Input(Codes(Type(ElementType.Int16, shape))));
            Add("", new Quantize(), Type(ex, shape), Input(Codes(new TensorType(ElementType.Int32, shape, QuantParams.PerTensor(0.001)))));
            Add("", new Quantize(), Type(ex, shape), Input(Floats(shape, 3)));
            Add("", new Dequantize(), new TensorType(ElementType.Float32, shape), Input(Codes(Type(ex, shape))));
        }
        Add("ties", new Quantize(), new TensorType(ElementType.Int8, [9], QuantParams.PerTensor(0.5, 1)), Input(Tensor.FromFloats(
            new TensorType(ElementType.Float32, [9]), [0.25f, -0.25f, 0.75f, -0.75f, 0.2499999f, 1e30f, -1e30f, float.PositiveInfinity, -0f])));
        AddSigmoids(shape);
        AddWindows();
    }

    private void AddWindows()
    {
        BitWindow[] windows = [new(4, [0, 1, 2, 3, 4], true), new(4, [0, 2, 4], false), new(4, [0, 4], true), new(3, [0, 1, 2, 3, 4, 5], true), new(2, [0, 1, 2, 3, 4, 5, 6], false),
            new(6, [0, 1, 2], true), new(1, [15], true), new(16, [0, 14], true), new(5, [1, 6, 10], true)];
        foreach (var type in CodeTypes.SelectMany(e => new[] { Type(e, [3, 40, 4]), Type(e, [2, 60, 7]), new(e, [601], QuantParams.PerTensor(0.01)) }))
        {
            foreach (var window in windows)
            {
                // Zeros are rare among random codes, and decide pairs.
                var x = Codes(type);
                for (var i = 0; i < x.Codes.Length; i++)
                    x.Codes[i] = _random.OneIn(3) ? type.Quant!.ZeroPoint : x.Codes[i];
                Add($"{window}", new WindowBits(window), type, Input(x));
                Add($"{window}", new WindowBitPairs(window, _random.OneIn(3) ? null : _random.Pick(windows)), type, Input(x));
            }
        }
    }

    private void AddSigmoids(Shape shape)
    {
        foreach (var ex in ByteTypes)
        {
            foreach (var ey in ByteTypes.Where(t => t.Bits > 1))
            {
                var x = Codes(Type(ex, shape, _random.Real(0.01, 0.15)));
                var (min, middle) = ((int)ey.MinCode, (int)ey.MinCode + (1 << (ey.Bits - 1)));
                Add("", new Logistic(), new TensorType(ey, shape, QuantParams.PerTensor(Math.ScaleB(1, -ey.Bits), min)), Input(x));
                Add("", new Tanh(), new TensorType(ey, shape, QuantParams.PerTensor(Math.ScaleB(1, 1 - ey.Bits), middle)), Input(x));
            }
        }
        foreach (var scale in new[] { Math.ScaleB(1, -12), Math.ScaleB(1, -11), 0.00037, 0.0011, 0.0001 })
        {
            var x = Codes(Type(ElementType.Int16, [3000], scale));
            var y = new TensorType(ElementType.Int16, [3000], QuantParams.PerTensor(1.0 / 32768));
            Add($"scale {scale}", new Logistic(), y, Input(x));
            Add($"scale {scale}", new Tanh(), y, Input(x));
        }
    }
}
