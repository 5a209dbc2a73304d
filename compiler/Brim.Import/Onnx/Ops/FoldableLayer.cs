using System.Collections.Immutable;
using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Import.Onnx.Ops;

/// <summary>A convolution or matrix product that only one node reads, so that a map of its output channels can become part of it.</summary>
internal sealed class FoldableLayer
{
    private readonly OnnxSession _session;
    private readonly Node _node;

    private FoldableLayer(OnnxSession session, Node node) => (_session, _node) = (session, node);

    /// <summary>Number of output channels.</summary>
    public int Channels => _session.Editor[_node.Output].Type.Shape[-1];

    /// <summary>True if the layer has a bias.</summary>
    public bool HasBias => _node.Inputs.Length > 2;

    /// <summary>True if the model quantizes the layer's weights: their codes must stay as they are.</summary>
    public bool IsQuantized => _session.CodesOf.ContainsKey(_node.Inputs[1]);

    /// <summary>The layer that computes a value, if the value is used once; else null.</summary>
    public static FoldableLayer? Before(NodeContext context, OnnxValue x) =>
        !x.IsConstant && context.Session.IsUsedOnce(x.Name) && context.Session.ProducerOf(x.Id) is { Op: Conv2D or DepthwiseConv2D or FullyConnected } node
            && context.Session.Editor[node.Inputs[1]].IsConstant && x.Order != StorageOrder.FlatChannelsLast
            ? new FoldableLayer(context.Session, node)
            : null;

    /// <summary>The elements of a constant for each output channel; null if it varies along another dimension.</summary>
    public float[]? PerChannel(Tensor constant, OnnxValue x)
    {
        var shape = constant.Type.Shape;
        if (shape.ElementCount == 1 && shape.Rank <= x.Shape.Rank)
            return [.. Enumerable.Repeat(constant.Floats[0], Channels)];
        // The channel dimension of a convolution's NCHW result is the third from the end, of a matrix product's the last.
        var fromEnd = x.Order == StorageOrder.ChannelsLast ? 3 : 1;
        return shape.Rank >= fromEnd && shape.Rank <= x.Shape.Rank && shape[-fromEnd] == Channels && shape.ElementCount == Channels ? constant.Floats : null;
    }

    /// <summary>The bias codes of a constant that the file quantizes, if they are stored one for each channel.</summary>
    public Tensor? PerChannelCodes(Tensor? codes, Tensor constant) =>
        codes is not null && constant.Type.Shape.ElementCount == Channels ? codes : null;

    /// <summary>Makes the layer's result plus a bias the node's result.</summary>
    public void SetBias(NodeContext context, OnnxValue x, float[] bias, Tensor? codes)
    {
        var constant = _session.AddConstant(context.Name, Tensor.FromFloats(new TensorType(ElementType.Float32, [Channels]), bias), codes);
        Replace(context, x, [_node.Inputs[0], _node.Inputs[1], constant]);
    }

    /// <summary>Makes scale * the layer's result + offset the node's result, by way of new weights.</summary>
    /// <returns>False, reported, past the limits.</returns>
    public bool Fold(NodeContext context, OnnxValue x, double[] scale, double[] offset)
    {
        var w = _session.Editor[_node.Inputs[1]].Constant!;
        if (!_session.Budget.Charge(w.Type, context.Location))
            return false;
        var inner = _node.Op is DepthwiseConv2D ? 1 : w.Floats.Length / Channels;
        var weights = new float[w.Floats.Length];
        for (var i = 0; i < weights.Length; i++)
            weights[i] = (float)(w.Floats[i] * scale[i / inner % Channels]);
        var old = HasBias ? _session.Editor[_node.Inputs[2]].Constant!.Floats : new float[Channels];
        var bias = new float[Channels];
        for (var c = 0; c < bias.Length; c++)
            bias[c] = (float)((old[c] * scale[c]) + offset[c]);
        Replace(context, x,
        [
            _node.Inputs[0],
            _session.AddConstant(_session.Editor[_node.Inputs[1]].Name, Tensor.FromFloats(w.Type, weights)),
            _session.AddConstant(context.Name, Tensor.FromFloats(new TensorType(ElementType.Float32, [Channels]), bias)),
        ]);
        return true;
    }

    // The layer before stays behind without a reader and is dropped.
    private void Replace(NodeContext context, OnnxValue x, ImmutableArray<int> inputs) =>
        context.Set(_session.AddNode(_node.Op, inputs.AsSpan(), _node.Name, _node.Location), x.Shape, x.Order, x.Image);
}
