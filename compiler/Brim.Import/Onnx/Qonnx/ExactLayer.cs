using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;

namespace Brim.Import.Onnx.Qonnx;

/// <summary>
/// The integer form of a layer with quantized operands, a map of its output channels (batch normalization) and a quantized result, where
/// one exists. The code of a channel is a staircase of the accumulator; its steps lie at known integers. A bias and a factor are sought
/// whose rounded products step at the same integers. Where whole biases are too coarse for that, the weights' codes are multiplied by a
/// power of two, which costs them bits. Both staircases rise, so that equality at both sides of every step is equality everywhere.
/// </summary>
internal static class ExactLayer
{
    private const long LargestAccumulator = 1 << 28;

    /// <summary>The layer with a product or sum with a constant for each channel behind it; null if the node is none.</summary>
    public static PendingLayer? Extend(Graph graph, PendingLayer layer, Node node, int x)
    {
        if (node.Op is not (Mul or Add or Sub) || layer.Node.Op is not (Conv2D or DepthwiseConv2D or FullyConnected))
            return null;
        var other = node.Inputs[0] == x ? node.Inputs[1] : node.Inputs[0];
        var channels = graph.TypeOf(x).Shape[-1];
        if (graph[other].Constant is not { Type.Element.IsFloat: true } constant || graph.TypeOf(node.Output).Shape != graph.TypeOf(x).Shape
            || (constant.Type.Shape.ElementCount != 1 && (constant.Type.Shape.ElementCount != channels || constant.Type.Shape[-1] != channels)))
        {
            return null;
        }
        var (gain, offset) = (new double[channels], new double[channels]);
        for (var c = 0; c < channels; c++)
        {
            double value = constant.Floats[constant.Floats.Length == 1 ? 0 : c];
            var (g, o) = (layer.Gain?[c] ?? 1, layer.Offset?[c] ?? 0);
            (gain[c], offset[c]) = node.Op switch
            {
                Mul => (g * value, o * value),
                Add => (g, o + value),
                _ => node.Inputs[0] == x ? (g, o - value) : (-g, value - o),
            };
        }
        return layer with { Gain = gain, Offset = offset };
    }

    /// <summary>Adds the integer layer; null if there is none.</summary>
    public static int? TryAdd(IntegerForm form, PendingLayer layer, TensorType result)
    {
        var node = layer.Node;
        if (node.Op is not (Conv2D or DepthwiseConv2D or FullyConnected) || form.ConstantCodesOf(node.Inputs[1]) is not { Type.Element.Bits: <= 8 } weights
            || form.CodesOf(node.Inputs[0]) is not { } x || form.Editor[x].Type is not { Element.Bits: <= 8 } type)
        {
            return null;
        }
        var channels = result.Shape[-1];
        // With a single scale a matrix product forms its factor in float32: too coarse to place steps.
        if (channels == 1)
            return null;
        var bias = node.Inputs.Length > 2 ? form.Source[node.Inputs[2]].Constant?.Floats : new float[channels];
        var axis = node.Op is DepthwiseConv2D ? 3 : 0;
        if (bias is null || weights.Type.Quant is not { } quant || (quant.Axis is { } a && a != axis) || quant.ZeroPoints.Any(z => z != 0))
            return null;
        for (var bits = weights.Type.Element.Bits; bits <= 8; bits++)
        {
            if (FitAll(layer, weights, bias, type, result, 1 << (bits - weights.Type.Element.Bits)) is not { } fit)
                continue;
            var element = weights.Type.Element.IsSigned ? ElementType.Signed(bits) : ElementType.Unsigned(bits);
            var weightType = new TensorType(element, weights.Type.Shape, QuantParams.PerAxis(axis, [.. fit.Scales], [.. new int[channels]]));
            var w = form.Editor.AddConstant(form.Source[node.Inputs[1]].Name, Tensor.FromCodes(weightType, fit.Codes));
            var b = form.Editor.AddConstant(node.Name + "/bias", Tensor.FromCodes(new TensorType(ElementType.Int32, [channels]), fit.Biases));
            return form.Editor.AddNode(WithActivation(node.Op, layer.Activation), [x, w, b], result, node.Name, node.Location);
        }
        return null;
    }

    private static Op WithActivation(Op op, Activation activation) => op switch
    {
        Conv2D conv => conv with { Activation = activation, Requantization = Requantization.Single },
        DepthwiseConv2D depthwise => depthwise with { Activation = activation, Requantization = Requantization.Single },
        _ => (FullyConnected)op with { Activation = activation, Requantization = Requantization.Single },
    };

    private static (int[] Codes, int[] Biases, double[] Scales)? FitAll(PendingLayer layer, Tensor weights, float[] bias, TensorType x, TensorType y, int multiple)
    {
        var channels = y.Shape[-1];
        var depth = weights.Codes.Length / channels;
        var (codes, biases, scales) = ((int[])weights.Codes.Clone(), new int[channels], new double[channels]);
        for (var c = 0; c < channels; c++)
        {
            var slope = (layer.Gain?[c] ?? 1) * x.Quant!.Scale * weights.Type.Quant!.ScaleAt(c);
            var row = Enumerable.Range(0, depth).Select(k => layer.Node.Op is DepthwiseConv2D ? (k * channels) + c : (c * depth) + k).ToArray();
            // A falling staircase rises along the negated weights.
            foreach (var k in row.Where(_ => slope < 0))
                codes[k] = -codes[k];
            if (row.Any(k => codes[k] < weights.Type.Element.MinCode || codes[k] > weights.Type.Element.MaxCode))
                return null;
            var line = new Line(Math.Abs(slope), ((layer.Gain?[c] ?? 1) * bias[c]) + (layer.Offset?[c] ?? 0));
            if (Fit(line, AccumulatorRange(x, row.Select(k => codes[k])), x, y, layer.Activation, multiple) is not { } fit)
                return null;
            (biases[c], scales[c]) = fit;
            foreach (var k in row)
                codes[k] *= multiple;
        }
        return (codes, biases, scales);
    }

    private static (long Min, long Max) AccumulatorRange(TensorType x, IEnumerable<int> weights)
    {
        var (low, high) = (x.Element.MinCode - x.Quant!.ZeroPoint, x.Element.MaxCode - x.Quant.ZeroPoint);
        long min = 0, max = 0;
        foreach (var w in weights)
        {
            min += Math.Min(Math.Min(w * low, w * high), 0);
            max += Math.Max(Math.Max(w * low, w * high), 0);
        }
        return (min, max);
    }

    // real = Slope * accumulator + Offset, Slope >= 0.
    private readonly record struct Line(double Slope, double Offset)
    {
        public long CodeOf(long accumulator, TensorType y, CodeRange range) =>
            (long)Math.Clamp(Math.Round((((Slope * accumulator) + Offset) / y.Quant!.Scale) + y.Quant.ZeroPoint, MidpointRounding.ToEven), range.Min, range.Max);
    }

    // Bias and weight scale of a channel whose weights are multiplied.
    private static (int Bias, double Scale)? Fit(Line line, (long Min, long Max) accumulators, TensorType x, TensorType y, Activation activation, int multiple)
    {
        var range = CodeRange.Of(y, activation);
        var nearest = multiple * line.Offset / line.Slope;
        if (line.Slope <= 0 || !double.IsFinite(nearest) || Math.Abs(nearest) > LargestAccumulator || multiple * (accumulators.Max - accumulators.Min) > LargestAccumulator)
            return null;
        var steps = Steps(line, accumulators, y, range);
        foreach (var shift in (int[])[0, 1, -1, 2, -2, 3, -3])
        {
            var bias = (int)Math.Round(nearest) + shift;
            var (low, high) = Widths(steps, accumulators, y.Quant!.ZeroPoint, bias, multiple);
            foreach (var width in (double[])[multiple * y.Quant.Scale / line.Slope, double.IsInfinity(high) ? low + 1 : (low + high) / 2])
            {
                var scale = y.Quant.Scale / width / x.Quant!.Scale;
                // The factor as the operator forms it.
                if (width >= low && width <= high && double.IsFinite(scale) && scale > 0
                    && IsExact(steps, accumulators, new Requantizer(Requantization.Single, x.Quant.Scale * scale / y.Quant.Scale, y.Quant.ZeroPoint, range), bias, multiple))
                {
                    return (bias, scale);
                }
            }
        }
        return null;
    }

    // The least accumulator that reaches each code above the smallest one; one past the range if none does.
    private static List<(int Code, long At)> Steps(Line line, (long Min, long Max) accumulators, TensorType y, CodeRange range)
    {
        var steps = new List<(int, long)>();
        var first = accumulators.Min;
        for (var code = range.Min + 1; code <= range.Max; code++)
        {
            var end = accumulators.Max + 1;
            while (first < end)
            {
                var middle = first + ((end - first) / 2);
                if (line.CodeOf(middle, y, range) < code)
                    first = middle + 1;
                else
                    end = middle;
            }
            steps.Add((code, first));
        }
        return steps;
    }

    // Accumulators from one code to the next (1 / factor) for which round((multiple * a + bias) / width) steps where it should.
    private static (double Low, double High) Widths(List<(int Code, long At)> steps, (long Min, long Max) accumulators, int zeroPoint, int bias, int multiple)
    {
        var (low, high) = (0.0, double.PositiveInfinity);
        foreach (var (code, at) in steps)
        {
            // half * width <= multiple * at + bias, and > multiple * (at - 1) + bias.
            var half = code - zeroPoint - 0.5;
            var (reach, before) = (((multiple * at) + bias) / half, ((multiple * (at - 1)) + bias) / half);
            if (at > accumulators.Max)
                reach = half > 0 ? double.PositiveInfinity : 0;
            if (at <= accumulators.Min)
                before = half > 0 ? 0 : double.PositiveInfinity;
            (low, high) = half > 0 ? (Math.Max(low, before), Math.Min(high, reach)) : (Math.Max(low, reach), Math.Min(high, before));
        }
        return (low, high);
    }

    private static bool IsExact(List<(int Code, long At)> steps, (long Min, long Max) accumulators, Requantizer requantizer, int bias, int multiple) =>
        requantizer.Factor.Shift <= 30 && steps.All(step =>
            (step.At > accumulators.Max || requantizer.ToCode((int)((multiple * step.At) + bias)) >= step.Code)
            && (step.At <= accumulators.Min || requantizer.ToCode((int)((multiple * (step.At - 1)) + bias)) < step.Code));
}
