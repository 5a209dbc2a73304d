using System.Collections.Immutable;
using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Testing;

/// <summary>What random graphs are made of.</summary>
public sealed record RandomGraphOptions
{
    /// <summary>Element type of all activations: up to 8 bits, or signed 16.</summary>
    public ElementType Activation { get; init; } = ElementType.Int8;

    /// <summary>Width of weights, 2 to 8.</summary>
    public int WeightBits { get; init; } = 8;

    /// <summary>Number of operators to place.</summary>
    public int Nodes { get; init; } = 8;

    /// <summary>Largest height and width of the input.</summary>
    public int MaxExtent { get; init; } = 9;

    /// <summary>Largest number of channels that an operator chooses.</summary>
    public int MaxChannels { get; init; } = 11;

    /// <summary>Requantization of the operators with weights; null mixes TfLiteDouble and Single.</summary>
    public Requantization? Requantization { get; init; }

    /// <summary>Mnemonics to draw from.</summary>
    public ImmutableArray<string> Operators { get; init; } =
    [
        "conv2d", "depthwise_conv2d", "fully_connected", "add", "sub", "mul", "average_pool2d", "max_pool2d", "mean", "reshape",
        "transpose", "pad", "concat", "strided_slice", "softmax", "logistic", "tanh", "activation", "leaky_relu", "quantize",
        "window_bits", "window_bit_pairs",
    ];
}
