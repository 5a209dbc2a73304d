using System.Collections.Immutable;
using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Targets.Arm.Tests;

/// <summary>
/// Inputs that drive the sums of a layer to their ends: the greatest code where a channel's weight is positive and the least elsewhere, or the
/// opposite. Every lane of the channel reaches that end of its range at the pixels whose windows lie right.
/// </summary>
internal static class AdversarialInputs
{
    /// <summary>Inputs of a graph of single layers.</summary>
    /// <param name="graph">Layers, each reading a graph input of its own.</param>
    /// <param name="attempt">Which channel and end: even for the upper end, odd for the lower; two for each channel.</param>
    public static ImmutableArray<Tensor> Of(Graph graph, int attempt) =>
        [.. graph.Inputs.Select(id => Of(graph, graph.Nodes.First(n => n.Inputs[0] == id), attempt))];

    private static Tensor Of(Graph graph, Node node, int attempt)
    {
        var (x, w) = (graph.TypeOf(node.Inputs[0]), graph[node.Inputs[1]].Constant!);
        var (codes, shape) = (new int[x.Shape.ElementCount], w.Type.Shape);
        var channels = x.Shape[-1];
        var outputs = node.Op is DepthwiseConv2D ? channels : shape[0];
        // The heaviest channels first.
        var output = node.Op is DepthwiseConv2D ? 0 : Enumerable.Range(0, outputs).OrderByDescending(c => Norm(w, c, outputs)).ElementAt(attempt / 2 % outputs);
        for (var i = 0; i < codes.Length; i++)
        {
            var (pixel, channel) = Math.DivRem(i, channels);
            var weight = node.Op switch
            {
                FullyConnected => w.Codes[(output * channels) + channel],
                // Windows laid side by side: each output at their distance has its own window filled.
                DepthwiseConv2D => w.Codes[((((pixel / x.Shape[2] % shape[1]) * shape[2]) + (pixel % x.Shape[2] % shape[2])) * channels) + channel],
                _ => w.Codes[((((output * shape[1]) + (pixel / x.Shape[2] % shape[1])) * shape[2]) + (pixel % x.Shape[2] % shape[2])) * channels + channel],
            };
            codes[i] = (int)(weight > 0 == (attempt % 2 == 0) ? x.Element.MaxCode : x.Element.MinCode);
        }
        return Tensor.FromCodes(x, codes);
    }

    private static long Norm(Tensor w, int output, int outputs)
    {
        var taps = w.Codes.Length / outputs;
        return w.Codes.Skip(output * taps).Take(taps).Sum(v => (long)Math.Abs(v));
    }
}
