using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Testing.TfLite;
using Clamp = Brim.Core.IR.Ops.Activation;
using static Brim.Import.Tests.TfLite.Types;

namespace Brim.Import.Tests.TfLite;

/// <summary>For each operator of the catalogue one or more small valid models with it alone, and the node that each must become.</summary>
internal static class OneOperatorModels
{
    /// <summary>One model.</summary>
    /// <param name="Operator">Operator's name in the format.</param>
    /// <param name="Case">What is special about it.</param>
    /// <param name="File">The file.</param>
    /// <param name="Expected">The only node's operator; null if the model's output is a constant folded at import.</param>
    public sealed record Model(string Operator, string Case, byte[] File, Op? Expected);

    private static readonly Requantization Scheme = Requantization.TfLiteDouble;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Model> All { get; } = [.. Convolutions(), .. Elementwise(), .. Windows(), .. Movement(), .. ShapeArithmetic()];

    private static IEnumerable<Model> Convolutions()
    {
        // Height: 3 windows of 3 rows step 2 over 5 rows need 7, one row on both sides. Width: 3 windows of 2 step 3 over 7 need 8.
        yield return Weighted("CONV_2D", "int8 SAME", TfLiteOperator.Conv2D, Int8([1, 5, 7, 3]), Weights([4, 3, 2, 3], 0), Bias(4, true), Int8([1, 3, 3, 4], 2, -1),
            TfLiteOptions.Conv2D(0, 2, 3, 1), new Conv2D(new Window2D(2, 3, 1, 0, 1, 1), Clamp.Relu, Scheme));
        yield return Weighted("CONV_2D", "int8 VALID dilated, no bias", TfLiteOperator.Conv2D, Int8([2, 9, 9, 2]), Weights([3, 3, 3, 2]), null, Int8([2, 5, 3, 3], 2, -1),
            TfLiteOptions.Conv2D(1, 1, 1, 3, 2, 3), new Conv2D(new Window2D(1, 1, DilationHeight: 2, DilationWidth: 3), Clamp.Relu6, Scheme));
        yield return Weighted("CONV_2D", "int8 grouped, int4 weights", TfLiteOperator.Conv2D, Int8([1, 4, 4, 4]), Weights([6, 1, 1, 2], 0, 4), Bias(6, true), Int8([1, 4, 4, 6], 2, -1),
            TfLiteOptions.Conv2D(0, 1, 1, 2), new Conv2D(new Window2D(), Clamp.ReluN1To1, Scheme), 7);
        yield return Weighted("CONV_2D", "int16", TfLiteOperator.Conv2D, Int16([1, 4, 4, 4], 0.5), Weights([6, 1, 1, 4], 0), Bias(6, true, 64), Int16([1, 4, 4, 6], 2),
            TfLiteOptions.Conv2D(1, 1, 1), new Conv2D(new Window2D(), Clamp.None, Scheme));
        yield return Weighted("CONV_2D", "float", TfLiteOperator.Conv2D, Float([1, 4, 4, 4]), Counting(Float([6, 1, 1, 4])), Counting(Float([6])), Float([1, 4, 4, 6]),
            TfLiteOptions.Conv2D(1, 1, 1), new Conv2D(new Window2D(), Clamp.None, Scheme));
        // 4 windows of 5 rows (3 taps 2 apart) over 4 rows need 8: two on both sides.
        yield return Weighted("DEPTHWISE_CONV_2D", "int8 SAME dilated, multiplier 2", TfLiteOperator.DepthwiseConv2D, Int8([1, 4, 6, 3]), Weights([1, 3, 1, 6], 3), Bias(6, true), Int8([1, 4, 3, 6], 2, -1),
            TfLiteOptions.DepthwiseConv2D(0, 1, 2, 2, 1, 2), new DepthwiseConv2D(new Window2D(1, 2, 2, 0, 2, 0, 2, 1), Clamp.Relu, Scheme));
        yield return Weighted("DEPTHWISE_CONV_2D", "int16, bias of 32 bits", TfLiteOperator.DepthwiseConv2D, Int16([1, 4, 6, 3], 0.5), Weights([1, 2, 2, 3]), Bias(3), Int16([1, 3, 5, 3], 2),
            TfLiteOptions.DepthwiseConv2D(1, 1, 1, 1), new DepthwiseConv2D(new Window2D(), Clamp.None, Scheme));
        yield return Weighted("FULLY_CONNECTED", "int8", TfLiteOperator.FullyConnected, Int8([2, 3, 4]), Weights([5, 12], 0), Bias(5, true), Int8([2, 5], 2, -1),
            TfLiteOptions.FullyConnected(1), new FullyConnected(Clamp.Relu, Scheme, false));
        yield return Weighted("FULLY_CONNECTED", "int8 kept dimensions, int4 weights, no bias", TfLiteOperator.FullyConnected, Int8([2, 3, 4]), Weights([5, 4], null, 4), null, Int8([2, 3, 5], 2, -1),
            TfLiteOptions.FullyConnected(0, true), new FullyConnected(Clamp.None, Scheme, true), 10);
        yield return Weighted("FULLY_CONNECTED", "float", TfLiteOperator.FullyConnected, Float([1, 8]), Counting(Float([3, 8])), Counting(Float([3])), Float([1, 3]),
            TfLiteOptions.FullyConnected(3), new FullyConnected(Clamp.Relu6, Scheme, false));
    }

    private static IEnumerable<Model> Elementwise()
    {
        foreach (var element in new[] { ElementType.Int8, ElementType.Int16, ElementType.Float32 })
        {
            var name = element.ToString();
            yield return Of("ADD", name, TfLiteOperator.Add, [Activation(element, [1, 4, 3]), Activation(element, [2, 1, 3])], Activation(element, [2, 4, 3]), TfLiteOptions.Add(1), new Add(Clamp.Relu));
            yield return Of("SUB", name, TfLiteOperator.Sub, [Activation(element, [4, 3]), Activation(element, [3])], Activation(element, [4, 3]), TfLiteOptions.Sub(3), new Sub(Clamp.Relu6));
            yield return Of("MUL", name, TfLiteOperator.Mul, [Activation(element, [4, 3]), Activation(element, [4, 3])], Activation(element, [4, 3]), TfLiteOptions.Mul(), new Mul(Clamp.None));
            yield return Of("SOFTMAX", name, TfLiteOperator.Softmax, [Activation(element, [2, 9])], Fixed(element, [2, 9], 8, -128, 15), TfLiteOptions.Softmax(0.5f), new Softmax(0.5));
            yield return Of("LOGISTIC", name, TfLiteOperator.Logistic, [Activation(element, [2, 9])], Fixed(element, [2, 9], 8, -128, 15), null, new Logistic());
            yield return Of("TANH", name, TfLiteOperator.Tanh, [Activation(element, [2, 9])], Fixed(element, [2, 9], 7, 0, 15), null, new Tanh());
            yield return Of("RELU", name, TfLiteOperator.Relu, [Activation(element, [2, 9])], Activation(element, [2, 9]), null, new UnaryActivation(Clamp.Relu));
            yield return Of("RELU6", name, TfLiteOperator.Relu6, [Activation(element, [2, 9])], Activation(element, [2, 9]), null, new UnaryActivation(Clamp.Relu6));
            yield return Of("RELU_N1_TO_1", name, TfLiteOperator.ReluN1To1, [Activation(element, [2, 9])], Activation(element, [2, 9]), null, new UnaryActivation(Clamp.ReluN1To1));
            yield return Of("LEAKY_RELU", name, TfLiteOperator.LeakyRelu, [Activation(element, [2, 9])], Activation(element, [2, 9]), TfLiteOptions.LeakyRelu(0.25f), new LeakyRelu(0.25));
        }
        yield return Of("QUANTIZE", "float to int8", TfLiteOperator.Quantize, [Float([2, 9])], Int8([2, 9]), TfLiteOptions.Empty(89), new Quantize());
        yield return Of("QUANTIZE", "uint8 to int8", TfLiteOperator.Quantize, [UInt8([2, 9])], Int8([2, 9]), null, new Quantize());
        yield return Of("QUANTIZE", "int8 to int16", TfLiteOperator.Quantize, [Int8([2, 9])], Int16([2, 9]), null, new Quantize());
        yield return Of("DEQUANTIZE", "int8", TfLiteOperator.Dequantize, [Int8([2, 9])], Float([2, 9]), TfLiteOptions.Empty(38), new Dequantize());
        yield return Of("DEQUANTIZE", "int16", TfLiteOperator.Dequantize, [Int16([2, 9])], Float([2, 9]), null, new Dequantize());
    }

    private static IEnumerable<Model> Windows()
    {
        foreach (var element in new[] { ElementType.Int8, ElementType.Int16, ElementType.Float32 })
        {
            // 3 windows of 2 rows step 2 over 5 rows need 6: one row below. 2 windows of 3 columns step 2 over 4 need 5: one to the right.
            yield return Of("AVERAGE_POOL_2D", element.ToString(), TfLiteOperator.AveragePool2D, [Activation(element, [1, 5, 4, 3])], Activation(element, [1, 3, 2, 3]),
                TfLiteOptions.Pool2D(0, 2, 2, 2, 3, 1), new AveragePool2D(new Window2D(2, 2, 0, 0, 1, 1), 2, 3, Clamp.Relu));
            yield return Of("MAX_POOL_2D", element.ToString(), TfLiteOperator.MaxPool2D, [Activation(element, [1, 5, 4, 3])], Activation(element, [1, 4, 1, 3]),
                TfLiteOptions.Pool2D(1, 1, 2, 2, 3), new MaxPool2D(new Window2D(1, 2), 2, 3, Clamp.None));
            yield return Of("MEAN", element.ToString(), TfLiteOperator.Mean, [Activation(element, [1, 5, 4, 3])], Activation(element, [1, 1, 1, 3]),
                TfLiteOptions.Reducer(true), new Mean([1, 2], true), m => [m.Integers("axes", -2, 1, 1)]);
        }
        yield return Of("MEAN", "dropped dimensions, scalar axis", TfLiteOperator.Mean, [Int8([1, 5, 4, 3])], Int8([1, 5, 4]),
            TfLiteOptions.Reducer(false), new Mean([3], false), m => [m.Constant("axis", Tensor.FromCodes(Int32(Shape.Scalar), [-1]))]);
    }

    private static IEnumerable<Model> Movement()
    {
        foreach (var type in new Func<Shape, TensorType>[] { s => Int8(s), s => Int16(s), Float, s => UInt8(s) })
        {
            var name = type([1]).Element.ToString();
            yield return Of("RESHAPE", name, TfLiteOperator.Reshape, [type([2, 3, 4])], type([4, 6]), TfLiteOptions.Reshape(1, 24), new Reshape([4, 6]), m => [m.Integers("shape", -1, 6)]);
            yield return Of("SQUEEZE", name, TfLiteOperator.Squeeze, [type([1, 3, 1, 4])], type([1, 3, 4]), TfLiteOptions.Squeeze(-2), new Reshape([1, 3, 4]));
            yield return Of("EXPAND_DIMS", name, TfLiteOperator.ExpandDims, [type([3, 4])], type([3, 4, 1]), null, new Reshape([3, 4, 1]), m => [m.Integers("axis", -1)]);
            yield return Of("TRANSPOSE", name, TfLiteOperator.Transpose, [type([2, 3, 4])], type([4, 2, 3]), null, new Transpose([2, 0, 1]), m => [m.Integers("permutation", 2, 0, 1)]);
            yield return Of("CONCATENATION", name, TfLiteOperator.Concatenation, [type([2, 3]), type([2, 5])], type([2, 8]), TfLiteOptions.Concatenation(-1), new Concat(1, Clamp.None));
            yield return Of("PAD", name, TfLiteOperator.Pad, [type([2, 3])], type([5, 4]), null, new Pad([1, 0], [2, 1], type([1]).Quant?.ZeroPoint ?? 0), m => [m.Constant("paddings", Tensor.FromCodes(Int32([2, 2]), [1, 2, 0, 1]))]);
            yield return Of("STRIDED_SLICE", name, TfLiteOperator.StridedSlice, [type([4, 7, 3])], type([1, 1, 3]), TfLiteOptions.StridedSlice(endMask: 4, newAxisMask: 1, shrinkAxisMask: 8),
                new StridedSlice([2, 6, 0], [1, -3, 1], [1, 3, 1], [1, 1, 3]),
                m => [m.Integers("begin", 0, 2, -1, 0), m.Integers("end", 0, 3, 0, 1), m.Integers("strides", 1, 1, -3, 1)]);
            yield return Of("STRIDED_SLICE", $"{name} shrink and ellipsis", TfLiteOperator.StridedSlice, [type([4, 7, 3])], type([1, 4, 7]), TfLiteOptions.StridedSlice(ellipsisMask: 2, newAxisMask: 1, shrinkAxisMask: 4),
                new StridedSlice([0, 0, 1], [1, 1, 1], [4, 7, 1], [1, 4, 7]),
                m => [m.Integers("begin", 0, 0, 1), m.Integers("end", 0, 0, 2), m.Integers("strides", 1, 1, 1)]);
        }
        yield return Of("PADV2", "int8", TfLiteOperator.PadV2, [Int8([2, 3])], Int8([5, 4]), null, new Pad([1, 0], [2, 1], -77),
            m => [m.Constant("paddings", Tensor.FromCodes(Int32([2, 2]), [1, 2, 0, 1])), m.Constant("value", Tensor.FromCodes(Int8(Shape.Scalar), [-77]))]);
        yield return Of("PADV2", "float", TfLiteOperator.PadV2, [Float([2, 3])], Float([5, 4]), null, new Pad([1, 0], [2, 1], 1.5),
            m => [m.Constant("paddings", Tensor.FromWideCodes(Int64([2, 2]), [1, 2, 0, 1])), m.Constant("value", Tensor.FromFloats(Float([1]), [1.5f]))]);
    }

    private static IEnumerable<Model> ShapeArithmetic()
    {
        yield return Of("SHAPE", "", TfLiteOperator.Shape, [Int8([2, 3])], Int32([2]), null, null);
        yield return Of("PACK", "", TfLiteOperator.Pack, [], Int32([2, 1]), TfLiteOptions.Pack(2, 0), null, m => [m.Integers("a", 5), m.Integers("b", 6)]);
        yield return Of("GATHER", "", TfLiteOperator.Gather, [], Int32([2]), TfLiteOptions.Gather(0), null, m => [m.Integers("values", 5, 6, 7), m.Integers("indices", 2, 0)]);
        yield return Of("CAST", "", TfLiteOperator.Cast, [], Int64([3]), null, null, m => [m.Integers("values", 5, 6, 7)]);
        yield return Of("REDUCE_PROD", "", TfLiteOperator.ReduceProd, [], Int32([1]), TfLiteOptions.Reducer(true), null, m => [m.Integers("values", 5, 6, 7), m.Integers("axes", 0)]);
        yield return Of("FLOOR_DIV", "", TfLiteOperator.FloorDiv, [], Int32([3]), null, null, m => [m.Integers("a", 5, -6, 7), m.Integers("b", 4)]);
    }

    private static TensorType Fixed(ElementType element, Shape shape, int bits8, int zeroPoint, int bits16) => element.IsFloat
        ? Float(shape)
        : new TensorType(element, shape, QuantParams.PerTensor(Math.ScaleB(1, element.Bits == 8 ? -bits8 : -bits16), element.Bits == 8 ? zeroPoint : 0));

    private static Model Weighted(string name, string special, TfLiteOperator code, TensorType x, Tensor w, Tensor? bias, TensorType y, TfLiteOptions options, Op expected, int version = 3)
    {
        var model = new TfLiteModelBuilder();
        int[] inputs = [model.Input("x", x), model.Constant("w", w), bias is null ? -1 : model.Constant("b", bias)];
        var result = model.Tensor("y", y);
        model.Operator(code, inputs, [result], options, version);
        model.Output(result);
        return new Model(name, special, model.Build(), expected);
    }

    private static Model Of(string name, string special, TfLiteOperator code, TensorType[] inputs, TensorType y, TfLiteOptions? options, Op? expected,
        Func<TfLiteModelBuilder, int[]>? constants = null)
    {
        var model = new TfLiteModelBuilder();
        int[] operands = [.. inputs.Select((t, i) => model.Input($"x{i}", t))];
        var tensor = model.Tensor("y", y);
        model.Operator(code, [.. operands, .. constants?.Invoke(model) ?? []], [tensor], options);
        model.Output(tensor);
        return new Model(name, special, model.Build(), expected);
    }
}
