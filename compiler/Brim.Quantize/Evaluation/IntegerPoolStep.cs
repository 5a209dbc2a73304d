using System.Runtime.Intrinsics;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;

namespace Brim.Quantize.Evaluation;

/// <summary>Average and maximum pooling of codes, all channels of a pixel together.</summary>
internal sealed class IntegerPoolStep : IEvaluationStep
{
    private const int Lanes = 8;

    private readonly Node _node;
    private readonly Pool2D _op;
    private readonly Shape _x;
    private readonly Shape _y;
    private readonly CodeRange _range;

    private IntegerPoolStep(Graph graph, Node node)
    {
        (_node, _op) = (node, (Pool2D)node.Op);
        (_x, _y) = (graph.TypeOf(node.Inputs[0]).Shape, graph.TypeOf(node.Output).Shape);
        _range = CodeRange.Of(graph.TypeOf(node.Output), _op.Activation);
    }

    public static IntegerPoolStep? TryMake(Graph graph, Node node) =>
        node.Op is AveragePool2D or MaxPool2D && graph.TypeOf(node.Inputs[0]) is { Element: { IsInteger: true, Bits: <= 16 }, Shape: var x } && x[0] == 1
            ? new(graph, node)
            : null;

    public object? NewScratch() => null;

    public void Run(EvaluationSession session, object? scratch)
    {
        var x = session.Codes(_node.Inputs[0]).AsSpan();
        var y = session.Codes(_node.Output).AsSpan();
        var channels = _x[3];
        for (var pixel = 0; pixel < _y[1] * _y[2]; pixel++)
        {
            var (row, column) = Math.DivRem(pixel, _y[2]);
            var (top, left) = ((row * _op.Window.StrideHeight) - _op.Window.PadTop, (column * _op.Window.StrideWidth) - _op.Window.PadLeft);
            var (firstRow, lastRow) = (Math.Max(top, 0), Math.Min(top + _op.KernelHeight, _x[1]));
            var (firstColumn, lastColumn) = (Math.Max(left, 0), Math.Min(left + _op.KernelWidth, _x[2]));
            var result = y.Slice(pixel * channels, channels);
            var isFirst = true;
            for (var r = firstRow; r < lastRow; r++)
            {
                for (var c = firstColumn; c < lastColumn; c++)
                {
                    var source = x.Slice(((r * _x[2]) + c) * channels, channels);
                    if (isFirst)
                        source.CopyTo(result);
                    else
                        Combine(source, result);
                    isFirst = false;
                }
            }
            Finish(result, (lastRow - firstRow) * (lastColumn - firstColumn));
        }
    }

    private void Combine(ReadOnlySpan<int> source, Span<int> result)
    {
        var isSum = _op is AveragePool2D;
        var i = 0;
        for (; i + Lanes <= result.Length; i += Lanes)
        {
            var (a, b) = (Vector256.Create<int>(result[i..]), Vector256.Create(source[i..]));
            (isSum ? a + b : Vector256.Max(a, b)).CopyTo(result[i..]);
        }
        for (; i < result.Length; i++)
            result[i] = isSum ? result[i] + source[i] : Math.Max(result[i], source[i]);
    }

    private void Finish(Span<int> result, int count)
    {
        foreach (ref var code in result)
        {
            // Half away from zero, the division truncating.
            var value = _op is AveragePool2D ? (code > 0 ? code + (count / 2) : code - (count / 2)) / count : code;
            code = _range.Clamp(value);
        }
    }
}
