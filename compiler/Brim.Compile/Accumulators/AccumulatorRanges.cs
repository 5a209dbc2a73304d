using System.Collections.Immutable;
using Brim.Compile.Transforms;
using Brim.Core.IR;

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
        var zeroPoint = layer.X.Quant!.ZeroPoint;
        var codes = CodeBounds.Of(graph, node.Inputs[0]);
        // Padding reads the zero point, which a model may place outside the codes.
        var low = (layer.IsPadded ? Math.Min(codes.Min, zeroPoint) : codes.Min) - (layer.ZeroPointFolded ? 0L : zeroPoint);
        var high = (layer.IsPadded ? Math.Max(codes.Max, zeroPoint) : codes.Max) - (layer.ZeroPointFolded ? 0L : zeroPoint);
        var bias = layer.BiasCodes();
        var ranges = ImmutableArray.CreateBuilder<(long, long)>(layer.OutputChannels);
        for (var c = 0; c < layer.OutputChannels; c++)
        {
            var (min, max) = (bias[c], bias[c]);
            for (var k = 0; k < layer.WeightsPerChannel; k++)
            {
                long w = layer.Weight(c, k);
                min += w > 0 ? w * low : w * high;
                max += w > 0 ? w * high : w * low;
            }
            ranges.Add((min, max));
        }
        return ranges.MoveToImmutable();
    }
}
