using System.Collections.Immutable;
using Brim.Core.IR;

namespace Brim.Compile.Transforms;

/// <summary>Takes some indices of one dimension.</summary>
internal static class TensorSlice
{
    /// <summary>The type of a slice; a quantization along the same dimension is sliced too.</summary>
    public static TensorType Take(TensorType type, int axis, IReadOnlyList<int> keep)
    {
        var quant = type.Quant is { Axis: { } a, Scales.Length: > 1 } q && a == axis
            ? QuantParams.PerAxis(a, [.. keep.Select(k => q.Scales[k])], [.. keep.Select(k => q.ZeroPoints[k])])
            : type.Quant;
        return new TensorType(type.Element, new Shape(type.Shape.Dimensions.SetItem(axis, keep.Count)), quant);
    }

    /// <summary>A slice of a tensor.</summary>
    public static Tensor Take(Tensor tensor, int axis, IReadOnlyList<int> keep)
    {
        var type = Take(tensor.Type, axis, keep);
        var inner = 1;
        for (var d = axis + 1; d < tensor.Type.Shape.Rank; d++)
            inner *= tensor.Type.Shape[d];
        var extent = tensor.Type.Shape[axis];
        int Source(int index)
        {
            var (outer, rest) = Math.DivRem(index, keep.Count * inner);
            return (((outer * extent) + keep[rest / inner]) * inner) + (rest % inner);
        }

        var indices = Enumerable.Range(0, checked((int)type.Shape.ElementCount));
        return type.Element switch
        {
            { IsFloat: true } => Tensor.FromFloats(type, [.. indices.Select(i => tensor.Floats[Source(i)])]),
            { Bits: 64 } => Tensor.FromWideCodes(type, [.. indices.Select(i => tensor.WideCodes[Source(i)])]),
            _ => Tensor.FromCodes(type, [.. indices.Select(i => tensor.Codes[Source(i)])]),
        };
    }

    /// <summary>Indices that are not marked.</summary>
    public static ImmutableArray<int> Unmarked(IReadOnlyList<bool> marks) => [.. Enumerable.Range(0, marks.Count).Where(i => !marks[i])];
}
