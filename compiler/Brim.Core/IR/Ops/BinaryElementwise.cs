using System.Collections.Immutable;
using Brim.Core.Diagnostics;
using Brim.Core.Numerics;

namespace Brim.Core.IR.Ops;

/// <summary>An operator on pairs of elements with numpy broadcasting: trailing dimensions are aligned, and a dimension of 1 repeats.</summary>
/// <param name="Activation">Fused clamp.</param>
public abstract record BinaryElementwise(Activation Activation) : Op
{
    /// <inheritdoc/>
    public override string Attributes => $"act={Activation}";

    /// <inheritdoc/>
    public override ImmutableArray<Shape> InferShapes(ReadOnlySpan<TensorType?> operands, SourceLocation location, DiagnosticBag diagnostics)
    {
        if (!ShapeRules.HasOperands(this, operands, 2, 2, location, diagnostics))
            return [];
        var (a, b) = (operands[0]!.Shape, operands[1]!.Shape);
        return Broadcast(a, b) is { } shape
            ? [shape]
            : ShapeRules.Mismatch(this, location, diagnostics, $"[{a}] and [{b}] do not broadcast");
    }

    /// <inheritdoc/>
    public override void Verify(Graph graph, Node node, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(node);
        var types = TypeRules.AllTypes(graph, node);
        switch (TypeRules.Classify(node, diagnostics, types))
        {
            case OperandClass.Plain when Activation != Activation.None:
                TypeRules.Type(node, diagnostics, "plain integers have no fused activation");
                break;
            case OperandClass.Quantized when types.Any(t => t.Element.Bits > 16 || (t.Element.Bits == 16) != (types[0].Element.Bits == 16)):
                TypeRules.Type(node, diagnostics, $"{types[0]}, {types[1]} and {types[2]} must all have at most 8 bits, or all 16");
                break;
            case OperandClass.Quantized:
                VerifyFactors(node, types[0], types[1], types[2], diagnostics);
                break;
        }
    }

    /// <inheritdoc/>
    public override void Evaluate(EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (a, b, y) = (context.Input(0), context.Input(1), context.OutputType);
        var ia = IndexMap.Broadcast(a.Type.Shape, y.Shape);
        var ib = IndexMap.Broadcast(b.Type.Shape, y.Shape);
        var result = Tensor.Zeros(y);
        if (y.Element.IsFloat)
        {
            var (low, high) = CodeRange.RealLimits(Activation);
            for (var i = 0; i < ia.Length; i++)
                result.Floats[i] = MathF.Min(MathF.Max(Apply(a.Floats[ia[i]], b.Floats[ib[i]]), low), high);
        }
        else if (y.Quant is null)
        {
            for (var i = 0; i < ia.Length; i++)
            {
                // Plain integers (shape arithmetic) wrap.
                var value = Apply(a.CodeAt(ia[i]), b.CodeAt(ib[i]));
                if (y.Element.Bits == 64)
                    result.WideCodes[i] = value;
                else
                    result.Codes[i] = (int)value;
            }
        }
        else
        {
            var range = CodeRange.Of(y, Activation);
            var kernel = QuantizedKernel(a.Type, b.Type, y);
            var (za, zb) = (a.Type.Quant!.ZeroPoint, b.Type.Quant!.ZeroPoint);
            for (var i = 0; i < ia.Length; i++)
                result.Codes[i] = range.Clamp(kernel(a.Codes[ia[i]] - za, b.Codes[ib[i]] - zb) + y.Quant.ZeroPoint);
        }
        context.SetOutput(result);
    }

    /// <summary>Reports scales whose factors the fixed-point arithmetic cannot hold.</summary>
    private protected abstract void VerifyFactors(Node node, TensorType a, TensorType b, TensorType y, DiagnosticBag diagnostics);

    /// <summary>The operation on floats.</summary>
    private protected abstract float Apply(float a, float b);

    /// <summary>The operation on plain integers, modulo 2^64.</summary>
    private protected abstract long Apply(long a, long b);

    /// <summary>The operation on codes minus their zero points; gives a code minus its zero point, not yet clamped.</summary>
    private protected abstract Func<int, int, int> QuantizedKernel(TensorType a, TensorType b, TensorType y);

    /// <summary>The common shape of two operands, or null.</summary>
    internal static Shape? Broadcast(Shape a, Shape b)
    {
        var dimensions = new int[Math.Max(a.Rank, b.Rank)];
        for (var i = 1; i <= dimensions.Length; i++)
        {
            var (p, q) = (i <= a.Rank ? a[-i] : 1, i <= b.Rank ? b[-i] : 1);
            if (p != q && p != 1 && q != 1)
                return null;
            dimensions[^i] = p == 1 ? q : p;
        }
        return new Shape([.. dimensions]);
    }
}
