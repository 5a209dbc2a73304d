using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;

namespace Brim.Quantize.Evaluation;

/// <summary>A quantized sum of two values of one shape with codes of up to 8 bits: each operand's rescaled contribution comes from a table.</summary>
internal sealed class IntegerAddStep : IEvaluationStep
{
    private readonly Node _node;
    private readonly int[] _left;
    private readonly int[] _right;
    private readonly int _leftMin;
    private readonly int _rightMin;
    private readonly RowRequantizer _result;

    private IntegerAddStep(Graph graph, Node node)
    {
        _node = node;
        var (a, b, y) = (graph.TypeOf(node.Inputs[0]), graph.TypeOf(node.Inputs[1]), graph.TypeOf(node.Output));
        var scaling = AdditionScaling.ForAdd(a, b, y);
        (_left, _leftMin) = (Table(a, scaling.LeftShift, scaling.Left), (int)a.Element.MinCode);
        (_right, _rightMin) = (Table(b, scaling.LeftShift, scaling.Right), (int)b.Element.MinCode);
        var requantizer = new Requantizer(Requantization.TfLiteDouble, scaling.Result.Value, y.Quant!.ZeroPoint, CodeRange.Of(y, ((Add)node.Op).Activation));
        _result = new RowRequantizer([.. Enumerable.Repeat(requantizer, 16)]);
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
        ReadOnlySpan<int> a = session.Codes(_node.Inputs[0]);
        ReadOnlySpan<int> b = session.Codes(_node.Inputs[1]);
        Span<int> y = session.Codes(_node.Output);
        Span<int> sums = stackalloc int[16];
        for (var first = 0; first < y.Length; first += 16)
        {
            var count = Math.Min(16, y.Length - first);
            for (var i = 0; i < count; i++)
                sums[i] = _left[a[first + i] - _leftMin] + _right[b[first + i] - _rightMin];
            _result.Apply(sums, 0, y.Slice(first, count));
        }
    }

    private static int[] Table(TensorType type, int leftShift, QuantizedMultiplier factor)
    {
        var table = new int[type.Element.MaxCode - type.Element.MinCode + 1];
        for (var i = 0; i < table.Length; i++)
            table[i] = FixedPoint.MultiplyByQuantizedMultiplier((int)(type.Element.MinCode + i - type.Quant!.ZeroPoint) << leftShift, factor);
        return table;
    }
}
