using System.Collections.Immutable;
using Brim.Compile.Transforms;
using Brim.Core.IR;
using Brim.Core.Numerics;

namespace Brim.Compile.Accumulators;

/// <summary>Exact ranges of the accumulators of layers with constant weights.</summary>
public static class AccumulatorRanges
{
    /// <summary>
    /// Least and greatest accumulator of each output channel, bias included, over all inputs that the input's codes allow; null for a node
    /// that is no such layer.
    /// </summary>
    public static ImmutableArray<(long Min, long Max)>? Of(Graph graph, Node node)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(node);
        if (WeightedNode.TryCreate(graph, node) is not { } layer || layer.X.Element is not { IsInteger: true, Bits: <= 16 })
            return null;
        var codes = CodeBounds.Of(graph, node.Inputs[0]);
        return [.. Enumerable.Range(0, layer.OutputChannels).Select(c => OfChannel(layer, c, _ => codes))];
    }

    /// <summary>Range of one channel's accumulator, bias included.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="channel">Output channel.</param>
    /// <param name="codes">Codes that the input can have where the channel's weight at an index is applied; padding is added here.</param>
    internal static (long Min, long Max) OfChannel(WeightedNode layer, int channel, Func<int, CodeRange> codes)
    {
        var zeroPoint = layer.X.Quant!.ZeroPoint;
        var offset = layer.ZeroPointFolded ? 0L : zeroPoint;
        var bias = layer.Bias?.CodeAt(channel) ?? 0;
        var (min, max) = (bias, bias);
        for (var k = 0; k < layer.WeightsPerChannel; k++)
        {
            long w = layer.Weight(channel, k);
            if (w == 0)
                continue;
            var range = codes(k);
            // Padding reads the zero point, which a model may place outside the codes.
            var low = (layer.IsPadded ? Math.Min(range.Min, zeroPoint) : range.Min) - offset;
            var high = (layer.IsPadded ? Math.Max(range.Max, zeroPoint) : range.Max) - offset;
            min += w > 0 ? w * low : w * high;
            max += w > 0 ? w * high : w * low;
        }
        return (min, max);
    }
}
