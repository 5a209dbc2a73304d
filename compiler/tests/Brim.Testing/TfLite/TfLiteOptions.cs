using Brim.Core.IR.Ops;

namespace Brim.Testing.TfLite;

/// <summary>Options of an operator: the tag of their union member (schema.fbs, union BuiltinOptions) and their fields.</summary>
/// <param name="Tag">Position in the union, the first member has 1.</param>
/// <param name="Fields">Makes the fields; vectors are written through the builder.</param>
public sealed record TfLiteOptions(int Tag, Func<FlatBufferBuilder, IEnumerable<FlatField>> Fields)
{
    /// <summary>Code of a fused activation.</summary>
    public static int CodeOf(Activation activation) => activation switch
    {
        Activation.Relu => 1,
        Activation.ReluN1To1 => 2,
        Activation.Relu6 => 3,
        _ => 0,
    };

    /// <summary>Conv2DOptions; padding 0 is SAME, 1 VALID.</summary>
    public static TfLiteOptions Conv2D(int padding, int strideHeight, int strideWidth, int activation = 0, int dilationHeight = 1, int dilationWidth = 1) => new(1, _ =>
    [
        FlatField.UInt8(0, padding), FlatField.Int32(1, strideWidth), FlatField.Int32(2, strideHeight), FlatField.UInt8(3, activation),
        FlatField.Int32(4, dilationWidth), FlatField.Int32(5, dilationHeight),
    ]);

    /// <summary>DepthwiseConv2DOptions.</summary>
    public static TfLiteOptions DepthwiseConv2D(int padding, int strideHeight, int strideWidth, int multiplier, int activation = 0, int dilationHeight = 1, int dilationWidth = 1) => new(2, _ =>
    [
        FlatField.UInt8(0, padding), FlatField.Int32(1, strideWidth), FlatField.Int32(2, strideHeight), FlatField.Int32(3, multiplier),
        FlatField.UInt8(4, activation), FlatField.Int32(5, dilationWidth), FlatField.Int32(6, dilationHeight),
    ]);

    /// <summary>Pool2DOptions.</summary>
    public static TfLiteOptions Pool2D(int padding, int strideHeight, int strideWidth, int height, int width, int activation = 0) => new(5, _ =>
    [
        FlatField.UInt8(0, padding), FlatField.Int32(1, strideWidth), FlatField.Int32(2, strideHeight), FlatField.Int32(3, width),
        FlatField.Int32(4, height), FlatField.UInt8(5, activation),
    ]);

    /// <summary>FullyConnectedOptions.</summary>
    public static TfLiteOptions FullyConnected(int activation = 0, bool keepDims = false, int weightsFormat = 0) =>
        new(8, _ => [FlatField.UInt8(0, activation), FlatField.UInt8(1, weightsFormat), FlatField.Bool(2, keepDims)]);

    /// <summary>SoftmaxOptions.</summary>
    public static TfLiteOptions Softmax(float beta) => new(9, _ => [FlatField.Single(0, beta)]);

    /// <summary>ConcatenationOptions.</summary>
    public static TfLiteOptions Concatenation(int axis, int activation = 0) => new(10, _ => [FlatField.Int32(0, axis), FlatField.UInt8(1, activation)]);

    /// <summary>AddOptions.</summary>
    public static TfLiteOptions Add(int activation = 0, bool powerOfTwoScaleInt16 = false) => new(11, _ => [FlatField.UInt8(0, activation), FlatField.Bool(1, powerOfTwoScaleInt16)]);

    /// <summary>SubOptions.</summary>
    public static TfLiteOptions Sub(int activation = 0, bool powerOfTwoScaleInt16 = false) => new(28, _ => [FlatField.UInt8(0, activation), FlatField.Bool(1, powerOfTwoScaleInt16)]);

    /// <summary>MulOptions.</summary>
    public static TfLiteOptions Mul(int activation = 0) => new(21, _ => [FlatField.UInt8(0, activation)]);

    /// <summary>ReshapeOptions.</summary>
    public static TfLiteOptions Reshape(params int[] shape) => new(17, b => [FlatField.Offset(0, b.Int32s(shape))]);

    /// <summary>GatherOptions.</summary>
    public static TfLiteOptions Gather(int axis) => new(23, _ => [FlatField.Int32(0, axis)]);

    /// <summary>ReducerOptions.</summary>
    public static TfLiteOptions Reducer(bool keepDims) => new(27, _ => [FlatField.Bool(0, keepDims)]);

    /// <summary>SqueezeOptions.</summary>
    public static TfLiteOptions Squeeze(params int[] dimensions) => new(30, b => [FlatField.Offset(0, b.Int32s(dimensions))]);

    /// <summary>StridedSliceOptions.</summary>
    public static TfLiteOptions StridedSlice(int beginMask = 0, int endMask = 0, int ellipsisMask = 0, int newAxisMask = 0, int shrinkAxisMask = 0, bool offset = false) => new(32, _ =>
    [
        FlatField.Int32(0, beginMask), FlatField.Int32(1, endMask), FlatField.Int32(2, ellipsisMask), FlatField.Int32(3, newAxisMask),
        FlatField.Int32(4, shrinkAxisMask), FlatField.Bool(5, offset),
    ]);

    /// <summary>PackOptions.</summary>
    public static TfLiteOptions Pack(int count, int axis) => new(59, _ => [FlatField.Int32(0, count), FlatField.Int32(1, axis)]);

    /// <summary>LeakyReluOptions.</summary>
    public static TfLiteOptions LeakyRelu(float alpha) => new(75, _ => [FlatField.Single(0, alpha)]);

    /// <summary>Options without fields.</summary>
    public static TfLiteOptions Empty(int tag) => new(tag, _ => []);
}
