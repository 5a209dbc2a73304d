using System.Collections.Immutable;

namespace Brim.Core.IR.Ops;

/// <summary>Every operator of the IR, in the order in which they are documented and tested.</summary>
public static class OpCatalog
{
    /// <summary>Mnemonic and record type of each operator. The order matters to nothing but listings.</summary>
    public static ImmutableArray<(string Mnemonic, Type Type)> All { get; } =
    [
        ("conv2d", typeof(Conv2D)),
        ("depthwise_conv2d", typeof(DepthwiseConv2D)),
        ("fully_connected", typeof(FullyConnected)),
        ("add", typeof(Add)),
        ("sub", typeof(Sub)),
        ("mul", typeof(Mul)),
        ("average_pool2d", typeof(AveragePool2D)),
        ("max_pool2d", typeof(MaxPool2D)),
        ("mean", typeof(Mean)),
        ("reshape", typeof(Reshape)),
        ("transpose", typeof(Transpose)),
        ("pad", typeof(Pad)),
        ("concat", typeof(Concat)),
        ("strided_slice", typeof(StridedSlice)),
        ("softmax", typeof(Softmax)),
        ("logistic", typeof(Logistic)),
        ("tanh", typeof(Tanh)),
        ("activation", typeof(UnaryActivation)),
        ("leaky_relu", typeof(LeakyRelu)),
        ("window_bits", typeof(WindowBits)),
        ("window_bit_pairs", typeof(WindowBitPairs)),
        ("quantize", typeof(Quantize)),
        ("dequantize", typeof(Dequantize)),
    ];
}
