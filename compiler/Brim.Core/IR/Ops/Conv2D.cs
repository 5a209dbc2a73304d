using System.Collections.Immutable;
using Brim.Core.Diagnostics;

namespace Brim.Core.IR.Ops;

/// <summary>
/// 2-D convolution. Operands: x NHWC; w [Cout, Kh, Kw, Cin / groups]; bias [Cout], optional. The number of groups is Cin / w.Shape[3].
/// </summary>
/// <param name="Window">Strides, dilations, padding. Padding reads real zero (the input's zero point).</param>
/// <param name="Activation">Fused clamp.</param>
/// <param name="Requantization">How the accumulator becomes a code; meaningless for floats.</param>
public sealed record Conv2D(Window2D Window, Activation Activation, Requantization Requantization) : Op
{
    /// <summary>
    /// If true, the input's zero point has been folded into the bias: acc = bias + sum of w * q, and padding reads the code of real zero.
    /// </summary>
    public bool ZeroPointFolded { get; init; }

    /// <inheritdoc/>
    public override string Mnemonic => "conv2d";

    /// <inheritdoc/>
    public override ImmutableArray<Shape> InferShapes(ReadOnlySpan<TensorType?> operands, SourceLocation location, DiagnosticBag diagnostics)
    {
        if (!ShapeRules.HasOperands(this, operands, 2, 3, location, diagnostics))
            return [];
        var (x, w) = (operands[0]!.Shape, operands[1]!.Shape);
        if (x.Rank != 4 || w.Rank != 4)
            return ShapeRules.Mismatch(this, location, diagnostics, $"input [{x}] and weights [{w}] must have 4 dimensions");
        if (w[3] == 0 || x[3] % w[3] != 0 || w[0] % (x[3] / w[3]) != 0)
            return ShapeRules.Mismatch(this, location, diagnostics, $"{x[3]} input channels and weights [{w}] form no whole number of groups");
        return ShapeRules.BiasFits(this, operands, w[0], location, diagnostics)
            ? ShapeRules.Windowed(this, x, Window, w[1], w[2], w[0], location, diagnostics)
            : [];
    }

    /// <inheritdoc/>
    public override void Evaluate(EvaluationContext context) => throw new NotImplementedException();

    /// <inheritdoc/>
    public override long MultiplyAccumulates(ReadOnlySpan<TensorType?> operands, ReadOnlySpan<TensorType> results)
    {
        var w = operands[1]!.Shape;
        return results[0].Shape.ElementCount * w[1] * w[2] * w[3];
    }
}
