using System.Collections.Immutable;
using Brim.Core.Diagnostics;
using Brim.Core.Numerics;

namespace Brim.Core.IR.Ops;

/// <summary>
/// As <see cref="WindowBits"/>, where codes 2c and 2c + 1 of the last dimension share their windows (vSPARQ, arXiv 2105.11010, section 3.2): if one of them is real zero, the other
/// takes a wider window, or keeps all its bits. The last code of an odd dimension has real zero for its partner. Operand: x.
/// </summary>
/// <param name="Window">The window of a code whose partner is not zero.</param>
/// <param name="Alone">The window of a code whose partner is zero; null keeps all bits.</param>
public sealed record WindowBitPairs(BitWindow Window, BitWindow? Alone) : Op
{
    /// <inheritdoc/>
    public override string Mnemonic => "window_bit_pairs";

    /// <inheritdoc/>
    public override string Attributes => $"window={Window} alone={(Alone is null ? "all" : Alone)}";

    /// <inheritdoc/>
    public override ImmutableArray<Shape> InferShapes(ReadOnlySpan<TensorType?> operands, SourceLocation location, DiagnosticBag diagnostics)
    {
        if (!ShapeRules.HasOperands(this, operands, 1, 1, location, diagnostics))
            return [];
        var x = operands[0]!.Shape;
        return x.Rank > 0 ? [x] : ShapeRules.Mismatch(this, location, diagnostics, "a scalar has no last dimension");
    }

    /// <inheritdoc/>
    public override void Verify(Graph graph, Node node, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(node);
        TypeRules.VerifyWindows(graph, node, diagnostics, Window, Alone);
    }

    /// <inheritdoc/>
    public override void Evaluate(EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (x, y) = (context.Input(0), context.OutputType);
        if (y.Element.IsFloat)
        {
            context.SetOutput(x.WithType(y));
            return;
        }
        var codes = new int[x.Codes.Length];
        Apply(x.Codes, codes, y);
        context.SetOutput(Tensor.FromCodes(y, codes));
    }

    /// <summary>Windows codes.</summary>
    /// <param name="codes">Codes of whole rows of the last dimension.</param>
    /// <param name="windowed">As many; may be the same memory.</param>
    /// <param name="type">Their type.</param>
    public void Apply(ReadOnlySpan<int> codes, Span<int> windowed, TensorType type)
    {
        ArgumentNullException.ThrowIfNull(type);
        var (depth, zero) = (type.Shape[-1], type.Quant!.ZeroPoint);
        for (var row = 0; row < codes.Length; row += depth)
        {
            for (var c = 0; c < depth; c += 2)
            {
                var (a, b) = (codes[row + c], c + 1 < depth ? codes[row + c + 1] : zero);
                windowed[row + c] = Of(a, b);
                if (c + 1 < depth)
                    windowed[row + c + 1] = Of(b, a);
            }
        }

        int Of(int code, int partner) =>
            partner != zero ? Window.Apply(code, zero, type.Element)
            : Alone is null ? code
            : Alone.Apply(code, zero, type.Element);
    }
}
