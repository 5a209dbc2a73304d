using System.Collections.Immutable;
using Brim.Core.Diagnostics;
using Brim.Core.Numerics;

namespace Brim.Core.IR.Ops;

/// <summary>A reduction over a sliding window of each channel. Operand: x NHWC. Padding takes no part in the reduction.</summary>
/// <param name="Window">Strides and padding; dilations are 1.</param>
/// <param name="KernelHeight">Rows of the window.</param>
/// <param name="KernelWidth">Columns of the window.</param>
/// <param name="Activation">Fused clamp.</param>
public abstract record Pool2D(Window2D Window, int KernelHeight, int KernelWidth, Activation Activation) : Op
{
    /// <inheritdoc/>
    public override string Attributes => $"kernel={KernelHeight}x{KernelWidth} {Window} act={Activation}";

    /// <inheritdoc/>
    public override ImmutableArray<Shape> InferShapes(ReadOnlySpan<TensorType?> operands, SourceLocation location, DiagnosticBag diagnostics)
    {
        if (!ShapeRules.HasOperands(this, operands, 1, 1, location, diagnostics))
            return [];
        var x = operands[0]!.Shape;
        if (x.Rank != 4)
            return ShapeRules.Mismatch(this, location, diagnostics, $"input [{x}] must have 4 dimensions");
        if (Window is not { DilationHeight: 1, DilationWidth: 1 })
            return ShapeRules.Mismatch(this, location, diagnostics, "pooling windows are not dilated");
        // A window that lies in the padding alone would reduce nothing.
        if (Window.PadTop >= KernelHeight || Window.PadBottom >= KernelHeight || Window.PadLeft >= KernelWidth || Window.PadRight >= KernelWidth)
            return ShapeRules.Mismatch(this, location, diagnostics, $"padding as large as the {KernelHeight}x{KernelWidth} window");
        return ShapeRules.Windowed(this, x, Window, KernelHeight, KernelWidth, x[3], location, diagnostics);
    }

    /// <inheritdoc/>
    public override void Verify(Graph graph, Node node, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(node);
        var types = TypeRules.AllTypes(graph, node);
        if (TypeRules.ClassifyActivations(node, diagnostics, types) != OperandClass.Invalid)
            TypeRules.RequireEqual(node, diagnostics, types);
    }

    /// <inheritdoc/>
    public override void Evaluate(EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (x, y) = (context.Input(0), context.OutputType);
        var result = Tensor.Zeros(y);
        var (low, high) = CodeRange.RealLimits(Activation);
        var range = y.Element.IsFloat ? default : CodeRange.Of(y, Activation);
        for (var i = 0; i < y.Shape.ElementCount; i++)
        {
            var (pixel, channel) = Math.DivRem(i, y.Shape[3]);
            var (row, column) = Math.DivRem(pixel, y.Shape[2]);
            var valid = ValidWindow(x.Type.Shape, row / y.Shape[1], row % y.Shape[1], column, channel);
            if (y.Element.IsFloat)
                result.Floats[i] = MathF.Min(MathF.Max(Reduce(x.Floats, valid), low), high);
            else
                result.Codes[i] = range.Clamp(Reduce(x.Codes, valid));
        }
        context.SetOutput(result);
    }

    /// <summary>Reduces the codes at some indices.</summary>
    private protected abstract int Reduce(ReadOnlySpan<int> codes, ReadOnlySpan<int> window);

    /// <summary>Reduces the floats at some indices.</summary>
    private protected abstract float Reduce(ReadOnlySpan<float> values, ReadOnlySpan<int> window);

    // Indices of the window's elements that lie inside of the input, rows first.
    private int[] ValidWindow(Shape x, int batch, int row, int column, int channel)
    {
        var top = (row * Window.StrideHeight) - Window.PadTop;
        var left = (column * Window.StrideWidth) - Window.PadLeft;
        var (firstRow, lastRow) = (Math.Max(top, 0), Math.Min(top + KernelHeight, x[1]));
        var (firstColumn, lastColumn) = (Math.Max(left, 0), Math.Min(left + KernelWidth, x[2]));
        var indices = new int[(lastRow - firstRow) * (lastColumn - firstColumn)];
        var at = 0;
        for (var r = firstRow; r < lastRow; r++)
        {
            for (var c = firstColumn; c < lastColumn; c++)
                indices[at++] = (((((batch * x[1]) + r) * x[2]) + c) * x[3]) + channel;
        }
        return indices;
    }
}
