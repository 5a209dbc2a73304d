using System.Collections.Immutable;
using Brim.Core.Diagnostics;

namespace Brim.Core.IR.Ops;

/// <summary>A reduction over a sliding window of each channel. Operand: x NHWC. Padding takes no part in the reduction.</summary>
/// <param name="Window">Strides and padding; dilations are 1.</param>
/// <param name="KernelHeight">Rows of the window.</param>
/// <param name="KernelWidth">Columns of the window.</param>
/// <param name="Activation">Fused clamp.</param>
public abstract record Pool2D(Window2D Window, int KernelHeight, int KernelWidth, Activation Activation) : Op
{
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
}
