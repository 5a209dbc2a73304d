using System.Collections.Immutable;
using Brim.Core.IR;

namespace Brim.Import.TfLite;

/// <summary>
/// Integer arithmetic on small constant tensors, as exporters leave it behind where they compute a shape. Results wrap to the width of
/// their type.
/// </summary>
internal static class IndexArithmetic
{
    /// <summary>True if every present operand is an int32 or int64 tensor known at import and small enough to compute with.</summary>
    public static bool Applies(OperatorContext context)
    {
        foreach (var tensor in context.PresentInputs)
        {
            var type = tensor.KnownType;
            if (!tensor.IsConstant || type.Shape.ElementCount > ImportLimits.FoldedElements || (type.Element != ElementType.Int32 && type.Element != ElementType.Int64))
                return false;
        }
        return context.InputCount > 0;
    }

    /// <summary>The elements of an integer tensor.</summary>
    public static ImmutableArray<long> Elements(Tensor tensor)
    {
        var elements = ImmutableArray.CreateBuilder<long>((int)tensor.Type.Shape.ElementCount);
        for (var i = 0; i < elements.Capacity; i++)
            elements.Add(tensor.CodeAt(i));
        return elements.MoveToImmutable();
    }

    /// <summary>An integer tensor without quantization.</summary>
    public static Tensor Make(ElementType element, Shape shape, ReadOnlySpan<long> elements)
    {
        var type = new TensorType(element, shape);
        return element.Bits == 64 ? Tensor.FromWideCodes(type, elements.ToArray()) : Tensor.FromCodes(type, Narrow(elements));
    }

    /// <summary>Result of a function of each pair of elements, with broadcasting; null if the shapes do not fit or the result is too large.</summary>
    public static Tensor? Combine(Tensor a, Tensor b, Func<long, long, long> function)
    {
        var rank = Math.Max(a.Type.Shape.Rank, b.Type.Shape.Rank);
        var dimensions = new int[rank];
        long count = 1;
        for (var d = 1; d <= rank; d++)
        {
            var p = d <= a.Type.Shape.Rank ? a.Type.Shape[-d] : 1;
            var q = d <= b.Type.Shape.Rank ? b.Type.Shape[-d] : 1;
            if (p != q && p != 1 && q != 1)
                return null;
            dimensions[^d] = p == 1 ? q : p;
            count *= dimensions[^d];
            if (count > ImportLimits.FoldedElements)
                return null;
        }
        var shape = new Shape([.. dimensions]);
        var elements = new long[count];
        var (stepsOfA, stepsOfB) = (BroadcastSteps(a.Type.Shape, rank), BroadcastSteps(b.Type.Shape, rank));
        for (var i = 0; i < elements.Length; i++)
            elements[i] = function(a.CodeAt(Position(stepsOfA, dimensions, i)), b.CodeAt(Position(stepsOfB, dimensions, i)));
        return Make(a.Type.Element, shape, elements);
    }

    /// <summary>How far an operand's position moves along each dimension of the result: not at all where the operand repeats.</summary>
    private static long[] BroadcastSteps(Shape operand, int rank)
    {
        var steps = new long[rank];
        long step = 1;
        for (var d = 1; d <= operand.Rank; d++)
        {
            steps[^d] = operand[-d] == 1 ? 0 : step;
            step *= operand[-d];
        }
        return steps;
    }

    /// <summary>Position in an operand of the element that belongs to an element of the result.</summary>
    private static long Position(long[] steps, int[] dimensions, long index)
    {
        long position = 0;
        for (var d = dimensions.Length - 1; d >= 0; d--)
        {
            position += index % dimensions[d] * steps[d];
            index /= dimensions[d];
        }
        return position;
    }

    private static int[] Narrow(ReadOnlySpan<long> elements)
    {
        var result = new int[elements.Length];
        for (var i = 0; i < result.Length; i++)
            result[i] = unchecked((int)elements[i]);
        return result;
    }
}
