using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Compile.Transforms;

/// <summary>Classifies nodes.</summary>
internal static class ChannelForms
{
    /// <summary>The form of a node.</summary>
    public static ChannelForm Of(Graph graph, Node node)
    {
        if (node.Outputs.Length != 1 || node.Inputs.Length == 0 || node.Inputs[0] == Value.None)
            return ChannelForm.Opaque;
        var (x, y) = (graph.TypeOf(node.Inputs[0]).Shape, graph.TypeOf(node.Output).Shape);
        if (node.Op is BinaryElementwise)
            return y.Rank > 0 && y[-1] > 0 ? ChannelForm.Parallel : ChannelForm.Opaque;
        if (x.Rank == 0 || y.Rank == 0 || x[-1] == 0 || y.ElementCount == 0)
            return ChannelForm.Opaque;
        return node.Op switch
        {
            DepthwiseConv2D when WeightedNode.TryCreate(graph, node) is not null => ChannelForm.Depthwise,
            Conv2D when WeightedNode.TryCreate(graph, node) is { } conv && conv.Weights.Type.Shape[3] == x[3] => ChannelForm.Mixing,
            FullyConnected when WeightedNode.TryCreate(graph, node) is { } dense && dense.Weights.Type.Shape[1] % x[-1] == 0 => ChannelForm.Mixing,
            UnaryElementwise or Pool2D => ChannelForm.Parallel,
            Pad pad when pad.Before[^1] == 0 && pad.After[^1] == 0 => ChannelForm.Parallel,
            Mean mean when !mean.Axes.Contains(x.Rank - 1) => ChannelForm.Parallel,
            Reshape when y[-1] % x[-1] == 0 => ChannelForm.Flattening,
            _ => ChannelForm.Opaque,
        };
    }

    /// <summary>Operands of a <see cref="ChannelForm.Parallel"/> node that have the result's channels: positions, constants included.</summary>
    public static IEnumerable<int> FullOperands(Graph graph, Node node)
    {
        var channels = graph.TypeOf(node.Output).Shape[-1];
        for (var i = 0; i < node.Inputs.Length; i++)
        {
            var shape = graph.TypeOf(node.Inputs[i]).Shape;
            if (shape.Rank > 0 && shape[-1] == channels)
                yield return i;
        }
    }
}
