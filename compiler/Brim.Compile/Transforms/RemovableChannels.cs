using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Compile.Transforms;

/// <summary>
/// The largest set of channels that can go from all values at once: a channel goes if every reader either has zero weights for it, or can take its constant
/// into a bias, or loses the channel itself. Found by starting from all channels and taking back what some node needs.
/// </summary>
internal sealed class RemovableChannels
{
    private readonly Graph _graph;
    private readonly ChannelConstants _constants;
    private readonly SortedDictionary<int, bool[]> _marks = [];
    private bool _changed;

    private RemovableChannels(Graph graph, ChannelConstants constants)
    {
        _graph = graph;
        _constants = constants;
    }

    /// <summary>Values that lose channels, with a mark for each channel that goes.</summary>
    public static SortedDictionary<int, bool[]> Find(Graph graph, ChannelConstants constants)
    {
        var search = new RemovableChannels(graph, constants);
        foreach (var id in graph.Nodes.SelectMany(n => n.Outputs).Where(id => graph.TypeOf(id).Shape.Rank > 0))
        {
            var marks = new bool[graph.TypeOf(id).Shape[-1]];
            Array.Fill(marks, !graph.Outputs.Contains(id));
            search._marks.Add(id, marks);
        }
        foreach (var node in graph.Nodes)
            search.RestrictOnce(node);
        do
            search.Settle();
        while (search.KeepOneEach());
        foreach (var id in search._marks.Where(p => !p.Value.Contains(true)).Select(p => p.Key).ToList())
            search._marks.Remove(id);
        return search._marks;
    }

    private void Settle()
    {
        do
        {
            _changed = false;
            foreach (var node in _graph.Nodes)
                Restrict(node);
        }
        while (_changed);
    }

    /// <summary>True if the constant of a channel can move into the biases of a mixing node.</summary>
    private bool CanFold(WeightedNode node, int channel) =>
        _constants.CodeOf(node.Node.Inputs[0], channel) is { } code && (!node.IsPadded || code == node.X.Quant!.ZeroPoint);

    private bool IsMarked(int id, int channel) => _marks.TryGetValue(id, out var marks) && marks[channel];

    private void Keep(int id, int channel)
    {
        if (!IsMarked(id, channel))
            return;
        _marks[id][channel] = false;
        _changed = true;
    }

    private void KeepAll(int id)
    {
        if (id == Value.None || !_marks.TryGetValue(id, out var marks))
            return;
        for (var c = 0; c < marks.Length; c++)
            Keep(id, c);
    }

    // What a node needs whatever happens to other values.
    private void RestrictOnce(Node node)
    {
        var form = ChannelForms.Of(_graph, node);
        if (form == ChannelForm.Opaque)
        {
            foreach (var id in node.Inputs.Concat(node.Outputs))
                KeepAll(id);
        }
        if (form != ChannelForm.Mixing)
            return;
        var weighted = WeightedNode.TryCreate(_graph, node)!;
        var inputs = weighted.X.Shape[-1];
        var canHold = CanHoldConstants(weighted);
        for (var c = 0; c < weighted.OutputChannels; c++)
        {
            for (var k = 0; k < weighted.WeightsPerChannel; k++)
            {
                if (weighted.Weight(c, k) != 0 && (!canHold || !CanFold(weighted, k % inputs)))
                    Keep(node.Inputs[0], k % inputs);
            }
        }
    }

    // Conservative: as if every constant of the operand moved with one sign.
    private bool CanHoldConstants(WeightedNode node)
    {
        var bias = node.BiasCodes();
        for (var c = 0; c < bias.Length; c++)
        {
            bias[c] = Math.Abs(bias[c]);
            for (var k = 0; k < node.WeightsPerChannel; k++)
            {
                if (_constants.CodeOf(node.Node.Inputs[0], k % node.X.Shape[-1]) is { } code)
                    bias[c] += Math.Abs((long)node.Weight(c, k) * (node.ZeroPointFolded ? code : code - node.X.Quant!.ZeroPoint));
            }
        }
        return node.BiasFits(bias);
    }

    // What a node needs because of what its neighbours keep.
    private void Restrict(Node node)
    {
        var y = node.Output;
        switch (ChannelForms.Of(_graph, node))
        {
            case ChannelForm.Depthwise:
                // All results read the only operand channel: they come and go freely.
                if (_graph.TypeOf(node.Inputs[0]).Shape[-1] == 1)
                    break;
                var multiplier = _graph.TypeOf(y).Shape[-1] / _graph.TypeOf(node.Inputs[0]).Shape[-1];
                for (var c = 0; c < _graph.TypeOf(y).Shape[-1]; c++)
                    Couple(node.Inputs[0], c / multiplier, y, c);
                break;
            case ChannelForm.Flattening:
                for (var c = 0; c < _graph.TypeOf(y).Shape[-1]; c++)
                    Couple(node.Inputs[0], c % _graph.TypeOf(node.Inputs[0]).Shape[-1], y, c);
                break;
            case ChannelForm.Parallel:
                var full = ChannelForms.FullOperands(_graph, node).ToList();
                for (var i = 0; i < node.Inputs.Length; i++)
                {
                    if (!full.Contains(i))
                        KeepAll(node.Inputs[i]);
                }
                foreach (var i in full.Where(i => !_graph[node.Inputs[i]].IsConstant))
                {
                    for (var c = 0; c < _graph.TypeOf(y).Shape[-1]; c++)
                        Couple(node.Inputs[i], c, y, c);
                }
                // A broadcast result has channels that no operand has.
                if (full.Count == 0)
                    KeepAll(y);
                break;
        }
    }

    // Both go or both stay.
    private void Couple(int a, int channelA, int b, int channelB)
    {
        if (!IsMarked(a, channelA))
            Keep(b, channelB);
        if (!IsMarked(b, channelB))
            Keep(a, channelA);
    }

    // Tensors without channels have no kernels. Only for settled marks: before, a value may merely not yet know what its readers need.
    private bool KeepOneEach()
    {
        _changed = false;
        foreach (var (id, marks) in _marks)
        {
            if (marks.Length > 0 && !marks.Contains(false))
                Keep(id, 0);
        }
        return _changed;
    }
}
