using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;

namespace Brim.Quantize.Evaluation;

/// <summary>The float mean over all pixels of an image, as AveragePool2D or as Mean.</summary>
internal sealed class GlobalMeanStep : IEvaluationStep
{
    private readonly Node _node;
    private readonly int _pixels;
    private readonly int _channels;
    private readonly float _low;
    private readonly float _high;

    private GlobalMeanStep(Node node, Shape x, Activation activation)
    {
        _node = node;
        (_pixels, _channels) = (x[1] * x[2], x[3]);
        (_low, _high) = CodeRange.RealLimits(activation);
    }

    /// <summary>True if a node averages whole images of a batch of one.</summary>
    public static bool IsGlobalMean(Graph graph, Node node)
    {
        var x = graph.TypeOf(node.Inputs[0]).Shape;
        return x.Rank == 4 && x[0] == 1 && node.Op switch
        {
            AveragePool2D p => p.Window.IsUnpadded && p.KernelHeight == x[1] && p.KernelWidth == x[2],
            Mean m => m.Axes is [1, 2],
            _ => false,
        };
    }

    public static GlobalMeanStep? TryMake(Graph graph, Node node) =>
        graph.TypeOf(node.Output).Element.IsFloat && IsGlobalMean(graph, node)
            ? new(node, graph.TypeOf(node.Inputs[0]).Shape, node.Op is AveragePool2D p ? p.Activation : Activation.None)
            : null;

    public object? NewScratch() => null;

    public void Run(EvaluationSession session, object? scratch)
    {
        var (x, y) = (session.Floats(_node.Inputs[0]), session.Floats(_node.Output));
        Array.Clear(y);
        for (var p = 0; p < _pixels; p++)
        {
            var row = x.AsSpan(p * _channels, _channels);
            for (var c = 0; c < row.Length; c++)
                y[c] += row[c];
        }
        for (var c = 0; c < y.Length; c++)
            y[c] = MathF.Min(MathF.Max(y[c] / _pixels, _low), _high);
    }
}
