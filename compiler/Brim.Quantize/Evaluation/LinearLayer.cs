using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Quantize.Evaluation;

/// <summary>A node that multiplies its input by constant weights, seen as a convolution: Conv2D, DepthwiseConv2D, FullyConnected (a 1x1 convolution over its rows).</summary>
internal sealed record LinearLayer(Node Node, bool IsDepthwise, Activation Activation, Requantization Requantization, bool ZeroPointFolded, Shape Input, Window2D Window, int KernelHeight, int KernelWidth)
{
    /// <summary>Value read.</summary>
    public int X => Node.Inputs[0];

    /// <summary>Weights.</summary>
    public int W => Node.Inputs[1];

    /// <summary>Bias, or <see cref="Value.None"/>.</summary>
    public int Bias => Node.Inputs.Length > 2 ? Node.Inputs[2] : Value.None;

    /// <summary>Output channels.</summary>
    public required int Outputs { get; init; }

    /// <summary>Output channels that read one input channel of a depthwise layer.</summary>
    public int Multiplier => IsDepthwise ? Outputs / Input[3] : 1;

    /// <summary>Groups of a convolution: output channels of group g read the input channels of group g. A depthwise layer is none.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>Sets of output channels that read inputs of their own: the groups, or every channel of a depthwise layer.</summary>
    public int InputSets => IsDepthwise ? Outputs : Groups;

    /// <summary>The layer of a node; null if the node is none, or has a batch or computed weights.</summary>
    public static LinearLayer? TryMake(Graph graph, Node node)
    {
        if (node.Inputs.Length < 2 || graph[node.Inputs[1]].Constant is not { } w)
            return null;
        if (node.Inputs.Length > 2 && node.Inputs[2] != Value.None && !graph[node.Inputs[2]].IsConstant)
            return null;
        var x = graph.TypeOf(node.Inputs[0]).Shape;
        var shape = w.Type.Shape;
        return node.Op switch
        {
            Conv2D c when x[0] == 1 =>
                new(node, false, c.Activation, c.Requantization, c.ZeroPointFolded, x, c.Window, shape[1], shape[2]) { Outputs = shape[0], Groups = x[3] / shape[3] },
            DepthwiseConv2D d when x[0] == 1 =>
                new(node, true, d.Activation, d.Requantization, d.ZeroPointFolded, x, d.Window, shape[1], shape[2]) { Outputs = shape[3] },
            FullyConnected f =>
                new(node, false, f.Activation, f.Requantization, f.ZeroPointFolded, [1, 1, (int)(x.ElementCount / shape[1]), shape[1]], new Window2D(), 1, 1) { Outputs = shape[0] },
            _ => null,
        };
    }

    /// <summary>
    /// Weights of a convolution as if all input channels were read, those of other groups with weight 0: vectors of zeros are faster than loops over groups.
    /// </summary>
    /// <param name="weights">Weights as stored: [output][tap][channel of the group].</param>
    /// <param name="depth">Channels a tap in the result, at least the layer's.</param>
    public T[] Ungrouped<T>(ReadOnlySpan<T> weights, int depth)
    {
        var (taps, run) = (KernelHeight * KernelWidth, Input[3] / Groups);
        var result = new T[Outputs * taps * depth];
        for (var row = 0; row < Outputs * taps; row++)
            weights.Slice(row * run, run).CopyTo(result.AsSpan((row * depth) + (row / taps / (Outputs / Groups) * run)));
        return result;
    }

    /// <summary>The window's geometry, channels of the padded image rounded up to a multiple.</summary>
    public ConvGeometry Geometry(int multiple = 1) => new(Input, Window, KernelHeight, KernelWidth, Multiplier, multiple);
}
