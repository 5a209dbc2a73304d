using Brim.Core.IR;

namespace Brim.Import.Onnx;

/// <summary>A value of the model: a constant known at import, or a value of the graph with its storage order.</summary>
/// <param name="Name">Name in the file.</param>
/// <param name="Shape">Shape as the model states it (images are NCHW).</param>
internal sealed record OnnxValue(string Name, Shape Shape)
{
    /// <summary>The elements of a constant, in the model's order.</summary>
    public Tensor? Constant { get; init; }

    /// <summary>The codes of a constant that the model quantizes, with their scales; real values equal <see cref="Constant"/>.</summary>
    public Tensor? Codes { get; init; }

    /// <summary>
    /// Type of the codes that the file has here, between QuantizeLinear and DequantizeLinear; null for a value of real numbers. The graph has the real
    /// values of the codes.
    /// </summary>
    public TensorType? CodeType { get; init; }

    /// <summary>Id in the graph; absent for constants.</summary>
    public int Id { get; init; } = Value.None;

    /// <summary>Order of the elements in the graph.</summary>
    public StorageOrder Order { get; init; }

    /// <summary>Channels, height and width of the image that <see cref="StorageOrder.FlatChannelsLast"/> flattens.</summary>
    public Shape Image { get; init; }

    /// <summary>True if an error at its definition was reported: what follows from it is not reported again.</summary>
    public bool IsFailed { get; init; }

    /// <summary>True if the value is known at import.</summary>
    public bool IsConstant => Constant is not null;

    /// <inheritdoc/>
    public override string ToString() => $"'{Name}'";
}
