using System.Collections.Immutable;
using Brim.Core.Diagnostics;

namespace Brim.Core.IR.Ops;

/// <summary>Joins tensors along one dimension; operands whose quantization differs from the result's are rescaled. Operands: one or more.</summary>
/// <param name="Axis">The dimension, 0 .. rank - 1.</param>
/// <param name="Activation">Fused clamp.</param>
public sealed record Concat(int Axis, Activation Activation) : Op
{
    /// <inheritdoc/>
    public override string Mnemonic => "concat";

    /// <inheritdoc/>
    public override string Attributes => $"axis={Axis} act={Activation}";

    /// <inheritdoc/>
    public override ImmutableArray<Shape> InferShapes(ReadOnlySpan<TensorType?> operands, SourceLocation location, DiagnosticBag diagnostics)
    {
        if (!ShapeRules.HasOperands(this, operands, Math.Max(operands.Length, 1), int.MaxValue, location, diagnostics))
            return [];
        var first = operands[0]!.Shape;
        if (Axis < 0 || Axis >= first.Rank)
            return ShapeRules.Mismatch(this, location, diagnostics, $"axis {Axis} of [{first}]");
        var dimensions = first.Dimensions.ToArray();
        foreach (var operand in operands[1..])
        {
            var shape = operand!.Shape;
            for (var d = 0; d < first.Rank; d++)
            {
                if (shape.Rank != first.Rank || (d != Axis && shape[d] != first[d]))
                    return ShapeRules.Mismatch(this, location, diagnostics, $"[{first}] and [{shape}] along axis {Axis}");
            }
            dimensions[Axis] += shape[Axis];
        }
        return [new Shape([.. dimensions])];
    }

    /// <inheritdoc/>
    public override void Verify(Graph graph, Node node, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(node);
        var types = TypeRules.AllTypes(graph, node);
        foreach (var type in types)
        {
            if (type.Element != types[^1].Element)
                TypeRules.Type(node, diagnostics, $"{type.Element} and {types[^1].Element} must be equal");
            else if (type.Quant is { IsPerTensor: true } && types[^1].Quant is { IsPerTensor: true })
                TypeRules.RequireFactor(node, diagnostics, Quantize.Factor(type, types[^1]));
        }
        if (Activation != Activation.None && TypeRules.Classify(node, diagnostics, types) == OperandClass.Plain)
            TypeRules.Type(node, diagnostics, "plain integers have no fused activation");
    }

    /// <inheritdoc/>
    public override void Evaluate(EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var y = context.OutputType;
        var strides = y.Shape.Strides();
        var result = Tensor.Zeros(y);
        long first = 0;
        for (var k = 0; k < context.InputCount; k++)
        {
            var x = context.Input(k);
            var part = Quantize.Rescale(x, y with { Shape = x.Type.Shape }, Activation);
            part.ScatterTo(result, IndexMap.Strided(x.Type.Shape, strides.AsSpan(), first * strides[Axis]));
            first += x.Type.Shape[Axis];
        }
        context.SetOutput(result);
    }
}
