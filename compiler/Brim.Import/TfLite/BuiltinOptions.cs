namespace Brim.Import.TfLite;

/// <summary>Tags of the union BuiltinOptions that supported operators use (schema.fbs; the first member has tag 1).</summary>
internal enum BuiltinOptions
{
    /// <summary>No options are stored; every option has its default.</summary>
    None = 0,

    /// <summary>CONV_2D.</summary>
    Conv2D = 1,

    /// <summary>DEPTHWISE_CONV_2D.</summary>
    DepthwiseConv2D = 2,

    /// <summary>AVERAGE_POOL_2D, MAX_POOL_2D.</summary>
    Pool2D = 5,

    /// <summary>FULLY_CONNECTED.</summary>
    FullyConnected = 8,

    /// <summary>SOFTMAX.</summary>
    Softmax = 9,

    /// <summary>CONCATENATION.</summary>
    Concatenation = 10,

    /// <summary>ADD.</summary>
    Add = 11,

    /// <summary>RESHAPE.</summary>
    Reshape = 17,

    /// <summary>MUL.</summary>
    Mul = 21,

    /// <summary>PAD.</summary>
    Pad = 22,

    /// <summary>GATHER.</summary>
    Gather = 23,

    /// <summary>TRANSPOSE.</summary>
    Transpose = 26,

    /// <summary>MEAN, REDUCE_PROD.</summary>
    Reducer = 27,

    /// <summary>SUB.</summary>
    Sub = 28,

    /// <summary>SQUEEZE.</summary>
    Squeeze = 30,

    /// <summary>STRIDED_SLICE.</summary>
    StridedSlice = 32,

    /// <summary>CAST.</summary>
    Cast = 37,

    /// <summary>DEQUANTIZE.</summary>
    Dequantize = 38,

    /// <summary>PADV2.</summary>
    PadV2 = 43,

    /// <summary>EXPAND_DIMS.</summary>
    ExpandDims = 52,

    /// <summary>SHAPE.</summary>
    Shape = 55,

    /// <summary>PACK.</summary>
    Pack = 59,

    /// <summary>FLOOR_DIV.</summary>
    FloorDiv = 65,

    /// <summary>LEAKY_RELU.</summary>
    LeakyRelu = 75,

    /// <summary>QUANTIZE.</summary>
    Quantize = 89,
}
