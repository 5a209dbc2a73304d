namespace Brim.Import.Onnx;

/// <summary>In which order the elements of a model's value lie in the graph.</summary>
internal enum StorageOrder
{
    /// <summary>As the model states the shape.</summary>
    Plain,

    /// <summary>The model's NCHW image is stored as NHWC.</summary>
    ChannelsLast,

    /// <summary>The model's [N, C*H*W] matrix is stored with its rows in the order H, W, C: a flattened NHWC image.</summary>
    FlatChannelsLast,
}
