namespace Brim.Testing.TfLite;

/// <summary>Builtin codes of the operators that tests write (schema.fbs, enum BuiltinOperator).</summary>
public enum TfLiteOperator
{
#pragma warning disable CS1591 // The names are the format's own.
    Add = 0, AveragePool2D = 1, Concatenation = 2, Conv2D = 3, DepthwiseConv2D = 4, DepthToSpace = 5, Dequantize = 6,
    FullyConnected = 9, Logistic = 14, MaxPool2D = 17, Mul = 18, Relu = 19, ReluN1To1 = 20, Relu6 = 21, Reshape = 22,
    Softmax = 25, Svdf = 27, Tanh = 28, Custom = 32, Pad = 34, Gather = 36, Transpose = 39, Mean = 40, Sub = 41, Squeeze = 43,
    StridedSlice = 45, Cast = 53, PadV2 = 60, ExpandDims = 70, Shape = 77, ReduceProd = 81, Pack = 83, FloorDiv = 90,
    LeakyRelu = 98, Quantize = 114, HardSwish = 117, While = 119, CallOnce = 129, VarHandle = 142, Gelu = 150,
#pragma warning restore CS1591
}
