using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;

namespace Brim.Quantize.Evaluation;

/// <summary>A quantized sum of two values of one shape with codes of up to 8 bits: the result of each pair of codes comes from a table.</summary>
internal sealed class IntegerAddStep : IEvaluationStep
{
    private readonly Node _node;
    private readonly short[] _results; // [left code][right code]
    private readonly int _rightCodes;
    private readonly int _leftMin;
    private readonly int _rightMin;

    private IntegerAddStep(Graph graph, Node node)
    {
        _node = node;
        var (a, b, y) = (graph.TypeOf(node.Inputs[0]), graph.TypeOf(node.Inputs[1]), graph.TypeOf(node.Output));
        var scaling = AdditionScaling.ForAdd(a, b, y);
        var (left, right) = (Contributions(a, scaling.LeftShift, scaling.Left), Contributions(b, scaling.LeftShift, scaling.Right));
        var requantizer = new Requantizer(Requantization.TfLiteDouble, scaling.Result.Value, y.Quant!.ZeroPoint, CodeRange.Of(y, ((Add)node.Op).Activation));
        (_leftMin, _rightMin, _rightCodes) = ((int)a.Element.MinCode, (int)b.Element.MinCode, right.Length);
        _results = new short[left.Length * right.Length];
        for (var i = 0; i < _results.Length; i++)
            _results[i] = (short)requantizer.ToCode(left[i / right.Length] + right[i % right.Length]);
    }

    public static IntegerAddStep? TryMake(Graph graph, Node node)
    {
        var shape = graph.TypeOf(node.Output).Shape;
        return node.Inputs.Append(node.Output).All(id => graph.TypeOf(id) is { Element: { IsInteger: true, Bits: <= 8 }, Quant.IsPerTensor: true } t && t.Shape == shape)
            ? new(graph, node)
            : null;
    }

    public object? NewScratch() => null;

    public void Run(EvaluationSession session, object? scratch)
    {
        Span<int> y = session.Codes(_node.Output);
        var a = session.Codes(_node.Inputs[0]).AsSpan(0, y.Length);
        var b = session.Codes(_node.Inputs[1]).AsSpan(0, y.Length);
        for (var i = 0; i < y.Length; i++)
            y[i] = _results[((a[i] - _leftMin) * _rightCodes) + b[i] - _rightMin];
    }

    private static int[] Contributions(TensorType type, int leftShift, QuantizedMultiplier factor)
    {
        var table = new int[type.Element.MaxCode - type.Element.MinCode + 1];
        for (var i = 0; i < table.Length; i++)
            table[i] = FixedPoint.MultiplyByQuantizedMultiplier((int)(type.Element.MinCode + i - type.Quant!.ZeroPoint) << leftShift, factor);
        return table;
    }
}
