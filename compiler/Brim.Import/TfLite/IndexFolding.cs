using System.Collections.Immutable;
using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Import.TfLite;

/// <summary>Computes shape arithmetic at import, so that the graph never holds it.</summary>
internal static class IndexFolding
{
    /// <summary>Types of shape arithmetic.</summary>
    public static readonly ImmutableArray<ElementType> Elements = [ElementType.Int32, ElementType.Int64];

    /// <summary>True if all operands are small integer constants and the result is of such a type; else reported: the operator has no other use here.</summary>
    public static bool IsApplicable(OperatorContext context)
    {
        if (!ActivationRules.IsSupported(context, Elements, context.Output))
            return false;
        if (IndexArithmetic.Applies(context))
            return true;
        if (!context.PresentInputs.Any(t => t.IsFailed))
            context.Report(ImportDiagnostics.NotConstant, "the operator is supported for shape arithmetic on int32 and int64 constants only");
        return false;
    }

    /// <summary>Folds an operator on pairs of elements.</summary>
    public static void FoldPair(OperatorContext context, Func<long, long, long> function)
    {
        var (a, b) = (context.Constant(0, "operand"), context.Constant(1, "operand"));
        if (a is null || b is null)
            return;
        if (a.Type.Element != b.Type.Element || IndexArithmetic.Combine(a, b, function) is not { } result)
            context.Report(ImportDiagnostics.BadOperands, $"{a.Type.Element}[{a.Type.Shape}] and {b.Type.Element}[{b.Type.Shape}] cannot be combined element by element");
        else
            context.Fold(result);
    }

    /// <summary>Folds a concatenation.</summary>
    public static void FoldConcatenation(OperatorContext context, ImmutableArray<ImportedTensor> inputs, int axis)
    {
        var shapes = new Concat(axis, Activation.None).InferShapes([.. inputs.Select(t => t.KnownType)], context.Location, context.Findings);
        if (shapes.IsEmpty || !IsSmall(context, shapes[0]))
            return;
        FoldPieces(context, inputs, shapes[0], shapes[0].Dimensions.Take(axis).Aggregate(1L, (n, d) => n * d));
    }

    /// <summary>Folds a stack of equal shapes along a new axis.</summary>
    public static void FoldStack(OperatorContext context, ImmutableArray<ImportedTensor> inputs, int axis)
    {
        var dimensions = inputs[0].KnownType.Shape.Dimensions.Insert(axis, inputs.Length);
        if (TensorTable.Fits(dimensions, ElementType.Int64) && IsSmall(context, new Shape(dimensions)))
            FoldPieces(context, inputs, new Shape(dimensions), dimensions.Take(axis).Aggregate(1L, (n, d) => n * d));
    }

    /// <summary>Folds a slice.</summary>
    public static void FoldSlice(OperatorContext context, StridedSlice slice)
    {
        if (context.Constant(0, "operand") is not { } constant)
            return;
        var strides = constant.Type.Shape.Strides();
        var elements = new long[slice.SlicedShape.ElementCount];
        for (var i = 0; i < elements.Length; i++)
        {
            var (rest, position) = ((long)i, 0L);
            for (var d = slice.SlicedShape.Rank - 1; d >= 0; d--)
            {
                position += (slice.Begin[d] + (rest % slice.SlicedShape[d] * slice.Strides[d])) * strides[d];
                rest /= slice.SlicedShape[d];
            }
            elements[i] = constant.CodeAt(position);
        }
        context.Fold(IndexArithmetic.Make(constant.Type.Element, slice.ResultShape, elements));
    }

    /// <summary>Folds a choice of indices along an axis.</summary>
    public static void FoldGather(OperatorContext context, Tensor values, ImmutableArray<long> indices, int axis)
    {
        var shape = values.Type.Shape;
        var dimensions = shape.Dimensions.RemoveAt(axis).InsertRange(axis, context.Input(1).KnownType.Shape.Dimensions);
        if (!TensorTable.Fits(dimensions, ElementType.Int64) || !IsSmall(context, new Shape(dimensions)))
            return;
        foreach (var index in indices)
        {
            if (index >= 0 && index < shape[axis])
                continue;
            context.Report(ImportDiagnostics.BadConstant, $"index {index} of {shape[axis]} elements");
            return;
        }
        var inner = shape.Strides()[axis];
        var outer = shape.Dimensions.Take(axis).Aggregate(1L, (n, d) => n * d);
        var elements = new List<long>();
        for (var o = 0L; o < outer; o++)
        {
            foreach (var index in indices)
            {
                for (var i = 0L; i < inner; i++)
                    elements.Add(values.CodeAt((((o * shape[axis]) + index) * inner) + i));
            }
        }
        context.Fold(IndexArithmetic.Make(values.Type.Element, new Shape(dimensions), elements.ToArray()));
    }

    /// <summary>Folds a product over some dimensions.</summary>
    public static void FoldProduct(OperatorContext context, Tensor values, ImmutableArray<int> axes, bool keepDimensions)
    {
        var shape = values.Type.Shape;
        var kept = new Shape([.. shape.Dimensions.Select((n, d) => axes.Contains(d) ? 1 : n)]);
        if (!IsSmall(context, kept))
            return;
        var elements = new long[kept.ElementCount];
        Array.Fill(elements, 1);
        for (var i = 0L; i < shape.ElementCount; i++)
        {
            var (rest, position, step) = (i, 0L, 1L);
            for (var d = shape.Rank - 1; d >= 0; d--)
            {
                position += axes.Contains(d) ? 0 : rest % shape[d] * step;
                rest /= shape[d];
                step *= kept[d];
            }
            elements[position] = unchecked(elements[position] * values.CodeAt(i));
        }
        var result = keepDimensions ? kept : new Shape([.. shape.Dimensions.Where((_, d) => !axes.Contains(d))]);
        context.Fold(IndexArithmetic.Make(values.Type.Element, result, elements));
    }

    /// <summary>Interleaves the operands: for each of the outer indices the operands' runs, one after another.</summary>
    private static void FoldPieces(OperatorContext context, ImmutableArray<ImportedTensor> inputs, Shape shape, long outer)
    {
        var pieces = ImmutableArray.CreateBuilder<Tensor>(inputs.Length);
        foreach (var input in inputs)
        {
            if (context.Constant(input, "operand") is not { } constant)
                return;
            pieces.Add(constant);
        }
        var elements = new List<long>();
        for (var o = 0L; o < outer; o++)
        {
            foreach (var piece in pieces)
            {
                var run = piece.Type.Shape.ElementCount / outer;
                for (var i = 0L; i < run; i++)
                    elements.Add(piece.CodeAt((o * run) + i));
            }
        }
        context.Fold(IndexArithmetic.Make(pieces[0].Type.Element, shape, elements.ToArray()));
    }

    private static bool IsSmall(OperatorContext context, Shape shape)
    {
        if (shape.ElementCount <= ImportLimits.FoldedElements)
            return true;
        context.Report(ImportDiagnostics.LimitExceeded, $"shape arithmetic on [{shape}] exceeds {ImportLimits.FoldedElements} elements");
        return false;
    }
}
