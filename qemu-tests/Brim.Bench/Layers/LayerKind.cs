namespace Brim.Bench.Layers;

/// <summary>Operator of a single layer.</summary>
internal enum LayerKind
{
    /// <summary>2-D convolution, 1x1 included.</summary>
    Convolution,

    /// <summary>Depthwise convolution with multiplier 1.</summary>
    Depthwise,

    /// <summary>Dense layer.</summary>
    Dense,

    /// <summary>Sum of two tensors.</summary>
    Sum,

    /// <summary>Average pooling.</summary>
    AveragePool,

    /// <summary>Maximum pooling.</summary>
    MaxPool,

    /// <summary>Mean over rows and columns.</summary>
    Mean,

    /// <summary>Softmax over the last dimension.</summary>
    Softmax,
}
