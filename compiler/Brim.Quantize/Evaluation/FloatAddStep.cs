using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;

namespace Brim.Quantize.Evaluation;

/// <summary>A float sum of two values of one shape.</summary>
internal sealed class FloatAddStep : IEvaluationStep
{
    private readonly Node _node;
    private readonly float _low;
    private readonly float _high;

    private FloatAddStep(Node node)
    {
        _node = node;
        (_low, _high) = CodeRange.RealLimits(((Add)node.Op).Activation);
    }

    public static FloatAddStep? TryMake(Graph graph, Node node)
    {
        var shape = graph.TypeOf(node.Output).Shape;
        return graph.TypeOf(node.Output).Element.IsFloat && node.Inputs.All(id => graph.TypeOf(id).Shape == shape) ? new(node) : null;
    }

    public object? NewScratch() => null;

    public void Run(EvaluationSession session, object? scratch)
    {
        ReadOnlySpan<float> a = session.Floats(_node.Inputs[0]);
        ReadOnlySpan<float> b = session.Floats(_node.Inputs[1]);
        Span<float> y = session.Floats(_node.Output);
        for (var i = 0; i < y.Length; i++)
            y[i] = MathF.Min(MathF.Max(a[i] + b[i], _low), _high);
    }
}
