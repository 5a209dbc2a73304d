using System.Collections.Immutable;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;

namespace Brim.Compile.Transforms;

/// <summary>A quantized convolution, depthwise convolution or fully connected layer with constant weights and bias, seen in one form.</summary>
internal sealed class WeightedNode
{
    private readonly Graph _graph;

    private WeightedNode(Graph graph, Node node, Tensor weights, Tensor? bias)
    {
        _graph = graph;
        Node = node;
        Weights = weights;
        Bias = bias;
    }

    public Node Node { get; }

    public Tensor Weights { get; }

    public Tensor? Bias { get; }

    public TensorType X => _graph.TypeOf(Node.Inputs[0]);

    public TensorType Y => _graph.TypeOf(Node.Output);

    /// <summary>Dimension of the weights that runs over output channels.</summary>
    public int OutputAxis => Node.Op is DepthwiseConv2D ? 3 : 0;

    public int OutputChannels => Weights.Type.Shape[OutputAxis];

    /// <summary>Weights of one output channel.</summary>
    public int WeightsPerChannel => Weights.Codes.Length / OutputChannels;

    public bool ZeroPointFolded => Node.Op switch
    {
        Conv2D o => o.ZeroPointFolded,
        DepthwiseConv2D o => o.ZeroPointFolded,
        _ => ((FullyConnected)Node.Op).ZeroPointFolded,
    };

    /// <summary>True if a tap may fall outside of the input.</summary>
    public bool IsPadded => Node.Op switch
    {
        Conv2D o => !o.Window.IsUnpadded,
        DepthwiseConv2D o => !o.Window.IsUnpadded,
        _ => false,
    };

    /// <summary>The node in this form; null if it is something else.</summary>
    public static WeightedNode? TryCreate(Graph graph, Node node)
    {
        if (node.Op is not (Conv2D or DepthwiseConv2D or FullyConnected) || graph[node.Inputs[1]].Constant is not { } weights)
            return null;
        var biasId = node.Inputs.Length > 2 ? node.Inputs[2] : Value.None;
        var bias = biasId == Value.None ? null : graph[biasId].Constant;
        if ((bias is null && biasId != Value.None) || !weights.Type.Element.IsInteger || weights.Type.Quant is null
            || graph.TypeOf(node.Inputs[0]).Quant is not { IsPerTensor: true } || graph[node.Inputs[0]].IsConstant)
        {
            return null;
        }
        return new WeightedNode(graph, node, weights, bias);
    }

    /// <summary>A weight by output channel and position within it: row, column, then input channel.</summary>
    public int Weight(int channel, int index) =>
        Weights.Codes[OutputAxis == 0 ? ((long)channel * WeightsPerChannel) + index : ((long)index * OutputChannels) + channel];

    /// <summary>How each output channel's accumulator becomes a code.</summary>
    public ImmutableArray<Requantizer> Requantizers() => Node.Op switch
    {
        Conv2D o => Requantizer.ForConvolution(o.Requantization, X.Quant!, Weights.Type.Quant!, Y, OutputChannels, o.Activation),
        DepthwiseConv2D o => Requantizer.ForConvolution(o.Requantization, X.Quant!, Weights.Type.Quant!, Y, OutputChannels, o.Activation),
        _ => Requantizer.ForFullyConnected(((FullyConnected)Node.Op).Requantization, X.Quant!, Weights.Type.Quant!, Y, OutputChannels, ((FullyConnected)Node.Op).Activation),
    };

    /// <summary>The bias, zeros if absent.</summary>
    public long[] BiasCodes()
    {
        var codes = new long[OutputChannels];
        for (var c = 0; Bias is not null && c < codes.Length; c++)
            codes[c] = Bias.CodeAt(c);
        return codes;
    }

    /// <summary>True if codes fit the bias; a bias that is absent would have 32 bits.</summary>
    public bool BiasFits(long[] codes)
    {
        var element = Bias?.Type.Element ?? ElementType.Int32;
        return codes.All(c => c >= element.MinCode && c <= element.MaxCode);
    }

    /// <summary>A bias tensor with new codes.</summary>
    public Tensor MakeBias(long[] codes)
    {
        var type = Bias?.Type ?? new TensorType(ElementType.Int32, [OutputChannels], BiasQuantization());
        type = type with { Shape = [codes.Length] };
        return type.Element.Bits == 64 ? Tensor.FromWideCodes(type, codes) : Tensor.FromCodes(type, Array.ConvertAll(codes, c => checked((int)c)));
    }

    /// <summary>The operator with its zero point folded.</summary>
    public Op FoldedOp() => Node.Op switch
    {
        Conv2D o => o with { ZeroPointFolded = true },
        DepthwiseConv2D o => o with { ZeroPointFolded = true },
        _ => (FullyConnected)Node.Op with { ZeroPointFolded = true },
    };

    private QuantParams BiasQuantization()
    {
        ImmutableArray<double> scales = [.. Weights.Type.Quant!.Scales.Select(s => s * X.Quant!.Scale)];
        return scales.Length == 1 ? QuantParams.PerTensor(scales[0]) : QuantParams.PerAxis(0, scales, [.. scales.Select(_ => 0)]);
    }
}
