using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;

namespace Brim.Core.Tests.Ops;

/// <summary>
/// Recomputes one node element by element from the operator's mathematical definition: border checks instead of padding, multi-indices
/// instead of strides, exact rationals instead of bit tricks. Operators with transcendental functions are bounded instead.
/// </summary>
internal static partial class NodeOracle
{
    /// <summary>Fails if a node's result is not what its operator means.</summary>
    public static void Check(Graph graph, Node node, Func<int, Tensor?> valueOf)
    {
        var operands = node.Inputs.Select(valueOf).ToArray();
        var (x, y) = (operands[0]!, valueOf(node.Output)!);
        for (var i = 0; i < y.Codes.Length; i++)
        {
            var at = MultiIndex(y.Type.Shape, i);
            if (Bounds(node.Op, operands, y, at) is var (exact, tolerance))
            {
                var limited = Math.Clamp(exact, y.Type.Element.MinCode, y.Type.Element.MaxCode);
                Assert.True(Math.Abs(y.Codes[i] - limited) <= tolerance, Describe($"{y.Codes[i]} is not within {tolerance} of {exact}"));
            }
            else
            {
                var expected = Exact(node.Op, operands, y.Type, at);
                Assert.True(expected == y.Codes[i], Describe($"{y.Codes[i]} instead of {expected}"));
            }

            string Describe(string finding) =>
                $"{node.Op.Mnemonic} {{{node.Op.Attributes}}} of {x.Type} at {string.Join(',', at)}: {finding}\n{GraphPrinter.Print(graph)}";
        }
    }

    private static int Exact(Op op, Tensor?[] operands, TensorType y, int[] at) => op switch
    {
        Conv2D conv => Convolution(conv, operands, y, at),
        DepthwiseConv2D conv => Depthwise(conv, operands, y, at),
        FullyConnected layer => Product(layer, operands, y, at),
        BinaryElementwise binary => Pair(binary, operands[0]!, operands[1]!, y, at),
        Pool2D pool => Pool(pool, operands[0]!, y, at),
        Reshape => operands[0]!.Codes[FlatIndex(y.Shape, at)],
        Transpose transpose => At(operands[0]!, [.. Enumerable.Range(0, at.Length).Select(d => at[transpose.Permutation.IndexOf(d)])]),
        Pad pad => Padded(pad, operands[0]!, at),
        Concat concat => Joined(concat, operands, y, at),
        StridedSlice slice => Sliced(slice, operands[0]!, FlatIndex(y.Shape, at)),
        UnaryActivation clamp => Rescaled(operands[0]!, y, at, clamp.Activation),
        Quantize => Rescaled(operands[0]!, y, at, Activation.None),
        WindowBits windows => Windowed(windows.Window, operands[0]!, FlatIndex(y.Shape, at)),
        WindowBitPairs pairs => Paired(pairs, operands[0]!, at),
        LeakyRelu leaky => Leaky(leaky, operands[0]!, y, at),
        _ => throw new NotSupportedException(op.Mnemonic),
    };

    // The real result as a code, and how far a bit-exact fixed-point result may lie from it; null for exact operators.
    private static (double Exact, double Tolerance)? Bounds(Op op, Tensor?[] operands, Tensor y, int[] at)
    {
        var (x, quant) = (operands[0]!, y.Type.Quant!);
        var is16 = y.Type.Element.Bits == 16;
        double? real = op switch
        {
            Logistic => 1 / (1 + Math.Exp(-Real(x, at))),
            Tanh => Math.Tanh(Real(x, at)),
            Softmax softmax => Probability(softmax, x, at),
            Mean mean => Average(mean, x, at),
            _ => null,
        };
        if (real is not { } value)
            return null;
        var exact = (value / quant.Scale) + quant.ZeroPoint;
        return op switch
        {
            // Two roundings of at most a half, the first one at more bits than the second.
            Mean => (exact, 0.76),
            // Interpolation leaves h^2/8 * max|f''|, below 1 LSB; the scale has 15 bits.
            Logistic when is16 => (exact, 2),
            Tanh when is16 => (exact, 4),
            // Each tabulated exp is off by up to 2 LSB, and so is each term of the sum.
            Softmax when is16 => (exact, 4 + (2 * value * x.Type.Shape[-1])),
            _ => (exact, 1),
        };
    }

    // The nearest, or for windows that drop bits the nearest below, of the numbers that a window at the right place can hold.
    private static int Windowed(BitWindow window, Tensor x, int index)
    {
        var (zero, element) = (x.Type.Quant!.ZeroPoint, x.Type.Element);
        var offset = x.Codes[index] - zero;
        var magnitude = Math.Abs(offset);
        var length = Convert.ToString(magnitude, 2).TrimStart('0').Length;
        var place = window.Shifts.Where(s => length <= s + window.Bits).DefaultIfEmpty(window.Shifts[^1]).Min();
        var holds = Enumerable.Range(0, 1 << window.Bits).Select(m => m << place);
        var kept = window.Rounds
            ? holds.OrderBy(v => Math.Abs(v - magnitude)).ThenBy(v => (v >> place) % 2).First()
            : holds.Where(v => v <= magnitude).Max();
        return (int)Math.Clamp(zero + (Math.Sign(offset) * (long)kept), element.MinCode, element.MaxCode);
    }

    private static int Paired(WindowBitPairs op, Tensor x, int[] at)
    {
        var index = FlatIndex(x.Type.Shape, at);
        var partner = at[^1] % 2 == 1 ? index - 1 : at[^1] + 1 < x.Type.Shape[-1] ? index + 1 : -1;
        var isAlone = partner < 0 || x.Codes[partner] == x.Type.Quant!.ZeroPoint;
        return !isAlone ? Windowed(op.Window, x, index) : op.Alone is { } alone ? Windowed(alone, x, index) : x.Codes[index];
    }

    private static double Real(Tensor x, int[] at) => x.Type.Quant!.Scale * (At(x, at) - x.Type.Quant.ZeroPoint);

    private static double Probability(Softmax softmax, Tensor x, int[] at)
    {
        var sum = 0.0;
        var own = FlatIndex(x.Type.Shape, at);
        foreach (var code in x.Codes.AsSpan(own - at[^1], x.Type.Shape[-1]))
            sum += Math.Exp(softmax.Beta * x.Type.Quant!.Scale * (code - x.Codes[own]));
        return 1 / sum;
    }

    private static double Average(Mean mean, Tensor x, int[] at)
    {
        var shape = x.Type.Shape;
        var reduced = Shape.Create([.. mean.Axes.Select(d => shape[d])]);
        // The kept dimensions' indices, with holes for the reduced ones.
        var kept = new Queue<int>(mean.KeepDims ? at.Where((_, d) => !mean.Axes.Contains(d)) : at);
        int[] from = [.. Enumerable.Range(0, shape.Rank).Select(d => mean.Axes.Contains(d) ? 0 : kept.Dequeue())];
        var sum = 0.0;
        for (var i = 0; i < reduced.ElementCount; i++)
        {
            var index = MultiIndex(reduced, i);
            for (var k = 0; k < index.Length; k++)
                from[mean.Axes[k]] = index[k];
            sum += Real(x, from);
        }
        return sum / reduced.ElementCount;
    }

    private static int Padded(Pad pad, Tensor x, int[] at)
    {
        int[] from = [.. at.Select((index, d) => index - pad.Before[d])];
        return from.Select((index, d) => index >= 0 && index < x.Type.Shape[d]).All(inside => inside) ? At(x, from) : (int)pad.PadValue;
    }

    private static int Joined(Concat concat, Tensor?[] operands, TensorType y, int[] at)
    {
        int[] from = [.. at];
        foreach (var operand in operands)
        {
            if (from[concat.Axis] < operand!.Type.Shape[concat.Axis])
                return Rescaled(operand, y, from, concat.Activation);
            from[concat.Axis] -= operand.Type.Shape[concat.Axis];
        }
        throw new InvalidOperationException("the result is longer than its parts");
    }

    private static int Sliced(StridedSlice slice, Tensor x, int flat) =>
        At(x, [.. MultiIndex(slice.SlicedShape, flat).Select((index, d) => slice.Begin[d] + (index * slice.Strides[d]))]);

    private static int Pool(Pool2D pool, Tensor x, TensorType y, int[] at)
    {
        var window = new List<int>();
        for (var ky = 0; ky < pool.KernelHeight; ky++)
        {
            for (var kx = 0; kx < pool.KernelWidth; kx++)
            {
                var row = (at[1] * pool.Window.StrideHeight) - pool.Window.PadTop + ky;
                var column = (at[2] * pool.Window.StrideWidth) - pool.Window.PadLeft + kx;
                if (row >= 0 && row < x.Type.Shape[1] && column >= 0 && column < x.Type.Shape[2])
                    window.Add(At(x, [at[0], row, column, at[3]]));
            }
        }
        var (low, high) = Limits(y, pool.Activation);
        return Limited(pool is MaxPool2D ? window.Max() : Numerics.ExactArithmetic.RoundAway(window.Sum(), window.Count), low, high);
    }

    private static int[] MultiIndex(Shape shape, int flat)
    {
        var index = new int[shape.Rank];
        for (var d = shape.Rank - 1; d >= 0; d--)
            (flat, index[d]) = Math.DivRem(flat, shape[d]);
        return index;
    }

    private static int FlatIndex(Shape shape, ReadOnlySpan<int> index)
    {
        var flat = 0;
        for (var d = 0; d < index.Length; d++)
            flat = (flat * shape[d]) + index[d];
        return flat;
    }

    private static int At(Tensor x, ReadOnlySpan<int> index) => x.Codes[FlatIndex(x.Type.Shape, index)];
}
