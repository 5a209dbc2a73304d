using Brim.Compile.Accumulators;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;

namespace Brim.Compile.Transforms;

/// <summary>
/// Channels (indices of the last dimension) of quantized values that hold one code everywhere, for every input of the model. A channel is constant
/// if all that it reads with nonzero weight is constant and the operator, evaluated on that, gives one code at all positions: at a
/// padded border a constant other than the zero point can come out different, and then the channel counts as alive. A channel with weights is
/// constant as well if both ends of the range that its accumulator can reach give the same code: rescaling is monotone. Float networks have
/// channels with weights next to nothing beside their bias, and clamps that swallow all a channel can say.
/// </summary>
public sealed class ChannelConstants
{
    private readonly Graph _graph;
    private readonly Dictionary<int, int?[]> _codes = [];

    private ChannelConstants(Graph graph) => _graph = graph;

    /// <summary>Analyses a graph.</summary>
    public static ChannelConstants Of(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var analysis = new ChannelConstants(graph);
        foreach (var node in graph.Nodes)
            analysis.Visit(node);
        return analysis;
    }

    /// <summary>The code of a channel of a value that is not a constant itself; null if it varies.</summary>
    public int? CodeOf(int value, int channel) => _codes.TryGetValue(value, out var codes) ? codes[channel] : null;

    private void Visit(Node node)
    {
        var form = ChannelForms.Of(_graph, node);
        if (form == ChannelForm.Opaque || !IsNarrow(_graph.TypeOf(node.Output)) || node.Inputs.Any(id => id != Value.None && !IsNarrow(_graph.TypeOf(id)) && !_graph[id].IsConstant))
            return;
        var channels = _graph.TypeOf(node.Output).Shape[-1];
        var found = new int?[channels];
        var candidates = Enumerable.Range(0, channels).Where(c => ReadsConstants(node, form, c)).ToArray();
        if (candidates.Length > 0)
            FindUniform(node, form, candidates, found);
        if (form is ChannelForm.Mixing or ChannelForm.Depthwise)
            FindNarrow(node, form, found);
        if (found.Any(c => c is not null))
            _codes.Add(node.Output, found);
    }

    /// <summary>Channels whose accumulator gives one code at both ends of its range.</summary>
    private void FindNarrow(Node node, ChannelForm form, int?[] found)
    {
        var layer = WeightedNode.TryCreate(_graph, node)!;
        if (layer.X.Element.Bits > 8 || layer.Y.Element.Bits > 8 || layer.Bias?.Type.Element.Bits > 32)
            return;
        var requantizers = layer.Requantizers();
        var bounds = CodeBounds.Of(_graph, node.Inputs[0]);
        var inputs = layer.X.Shape[-1];
        for (var c = 0; c < found.Length; c++)
        {
            if (found[c] is not null)
                continue;
            var (min, max) = AccumulatorRanges.OfChannel(layer, c, k =>
            {
                var input = form == ChannelForm.Depthwise ? c / (found.Length / inputs) : k % inputs;
                return CodeOf(node.Inputs[0], input) is { } code ? new CodeRange(code, code) : bounds;
            });
            // An accumulator that can wrap around is not monotone.
            if (min >= int.MinValue && max <= int.MaxValue && requantizers[c].ToCode((int)min) is var first && first == requantizers[c].ToCode((int)max))
                found[c] = first;
        }
    }

    private void FindUniform(Node node, ChannelForm form, int[] candidates, int?[] found)
    {
        var (codes, kept) = Evaluate(node, form, candidates);
        var stride = kept.Length;
        for (var k = 0; k < stride; k++)
        {
            if (!candidates.Contains(kept[k]))
                continue;
            var first = codes[k];
            var uniform = true;
            for (var i = k; uniform && i < codes.Length; i += stride)
                uniform = codes[i] == first;
            if (uniform)
                found[kept[k]] = first;
        }
    }

    private static bool IsNarrow(TensorType type) => type.Element is { IsInteger: true, Bits: <= 16 } && type.Quant is { IsPerTensor: true };

    private bool ReadsConstants(Node node, ChannelForm form, int channel)
    {
        var x = node.Inputs[0];
        switch (form)
        {
            case ChannelForm.Parallel:
                var channels = _graph.TypeOf(node.Output).Shape[-1];
                return node.Inputs.All(id => _graph[id].IsConstant
                    || (_graph.TypeOf(id).Shape is { Rank: > 0 } shape && CodeOf(id, shape[-1] == channels ? channel : 0) is not null));
            case ChannelForm.Flattening:
                return CodeOf(x, channel % _graph.TypeOf(x).Shape[-1]) is not null;
        }
        var weighted = WeightedNode.TryCreate(_graph, node)!;
        var inputs = weighted.X.Shape[-1];
        for (var k = 0; k < weighted.WeightsPerChannel; k++)
        {
            var input = form == ChannelForm.Depthwise ? channel / (weighted.OutputChannels / inputs) : k % inputs;
            if (weighted.Weight(channel, k) != 0 && CodeOf(x, input) is null)
                return false;
        }
        return true;
    }

    /// <summary>Result codes with constant channels filled in, and the channels that the last dimension of those codes stands for.</summary>
    private (int[] Codes, int[] Channels) Evaluate(Node node, ChannelForm form, int[] candidates)
    {
        var operands = node.Inputs.Select(id => id == Value.None ? null : _graph[id].Constant ?? Filled(id)).ToArray();
        var type = _graph.TypeOf(node.Output);
        int[] channels = [.. Enumerable.Range(0, type.Shape[-1])];
        if (form == ChannelForm.Mixing)
        {
            // Whole layers are evaluated only for the channels in question.
            channels = candidates;
            type = TensorSlice.Take(type, type.Shape.Rank - 1, channels);
            operands[1] = TensorSlice.Take(operands[1]!, 0, channels);
            if (operands.Length > 2 && operands[2] is { } bias)
                operands[2] = TensorSlice.Take(bias.Type.Shape.Rank == 1 ? bias : bias.WithType(bias.Type with { Shape = [(int)bias.Type.Shape.ElementCount] }), 0, channels);
        }
        var context = new EvaluationContext([.. operands], [type]);
        node.Op.Evaluate(context);
        return (context.Outputs[0].Codes, channels);
    }

    private Tensor Filled(int id)
    {
        var type = _graph.TypeOf(id);
        var codes = new int[type.Shape.ElementCount];
        var channels = type.Shape[-1];
        for (var i = 0; i < codes.Length; i++)
            codes[i] = CodeOf(id, i % channels) ?? type.Quant!.ZeroPoint;
        return Tensor.FromCodes(type, codes);
    }
}
