using System.Collections.Immutable;
using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Import.TfLite;

/// <summary>
/// The slice specification of STRIDED_SLICE, one entry for each dimension named, as in x[begin:end:stride, ...] of numpy. Bit i of a mask
/// speaks of entry i.
/// </summary>
/// <param name="Begin">First index of each entry.</param>
/// <param name="End">Index past the last one of each entry.</param>
/// <param name="Strides">Step of each entry.</param>
/// <param name="BeginMask">Entries that start at the first element (for negative steps the last one).</param>
/// <param name="EndMask">Entries that run to the end.</param>
/// <param name="EllipsisMask">The entry, one at most, that stands for all dimensions that the others do not name.</param>
/// <param name="NewAxisMask">Entries that insert a dimension of 1.</param>
/// <param name="ShrinkAxisMask">Entries that take one index and drop the dimension.</param>
/// <param name="EndIsOffset">True: ends count from the begin.</param>
internal sealed record SliceBounds(
    ImmutableArray<long> Begin, ImmutableArray<long> End, ImmutableArray<long> Strides,
    int BeginMask, int EndMask, int EllipsisMask, int NewAxisMask, int ShrinkAxisMask, bool EndIsOffset)
{
    /// <summary>The slice of a tensor; null and the problem if the specification does not fit it.</summary>
    public StridedSlice? Resolve(Shape input, out string problem)
    {
        problem = Inconsistency(input);
        if (problem.Length > 0)
            return null;
        var begin = new List<int>();
        var strides = new List<int>();
        var sliced = new List<int>();
        var result = new List<int>();
        for (var entry = 0; entry < Begin.Length; entry++)
        {
            var bit = 1 << entry;
            if ((EllipsisMask & bit) != 0)
            {
                TakeWhole(input, input.Rank - NamedDimensions(entry + 1), begin, strides, sliced, result);
                continue;
            }
            if ((NewAxisMask & bit) != 0)
            {
                result.Add(1);
                continue;
            }
            var dimension = begin.Count;
            if (Interval(entry, input[dimension], out problem) is not { } interval)
            {
                problem = $"dimension {dimension}: {problem}";
                return null;
            }
            begin.Add(interval.First);
            strides.Add((int)Strides[entry]);
            sliced.Add(interval.Count);
            if ((ShrinkAxisMask & bit) == 0)
                result.Add(interval.Count);
        }
        TakeWhole(input, input.Rank, begin, strides, sliced, result);
        return new StridedSlice([.. begin], [.. strides], new Shape([.. sliced]), new Shape([.. result]));
    }

    private string Inconsistency(Shape input)
    {
        if (Begin.Length != End.Length || Begin.Length != Strides.Length)
            return $"{Begin.Length} begins, {End.Length} ends and {Strides.Length} strides";
        if (Begin.Length > 2 * ImportLimits.Rank)
            return $"{Begin.Length} slice entries";
        var entries = (1 << Begin.Length) - 1;
        if (int.PopCount(EllipsisMask & entries) > 1)
            return "more than one ellipsis";
        if (NamedDimensions(0) > input.Rank)
            return $"{NamedDimensions(0)} dimensions are sliced of {input.Rank}";
        foreach (var stride in Strides)
        {
            if (stride == 0 || stride != (int)stride || stride == int.MinValue)
                return $"stride {stride}";
        }
        return "";
    }

    /// <summary>Dimensions of the input that the entries from one on speak of, the ellipsis aside.</summary>
    private int NamedDimensions(int from) =>
        Enumerable.Range(from, Begin.Length - from).Count(i => ((EllipsisMask | NewAxisMask) & (1 << i)) == 0);

    /// <summary>Takes dimensions as they are, up to a given one.</summary>
    private static void TakeWhole(Shape input, int end, List<int> begin, List<int> strides, List<int> sliced, List<int> result)
    {
        for (var d = begin.Count; d < end; d++)
        {
            begin.Add(0);
            strides.Add(1);
            sliced.Add(input[d]);
            result.Add(input[d]);
        }
    }

    private (int First, int Count)? Interval(int entry, int extent, out string problem)
    {
        problem = "";
        var stride = Strides[entry];
        var forward = stride > 0;
        // Forward the indices run from 0 up to the extent, backward from extent - 1 down to -1.
        var (low, high) = forward ? (0L, (long)extent) : (-1L, extent - 1L);
        var first = (BeginMask & (1 << entry)) != 0 ? (forward ? low : high) : FromEnd(Begin[entry], extent);
        if ((ShrinkAxisMask & (1 << entry)) != 0)
        {
            if (first >= 0 && first < extent)
                return ((int)first, 1);
            problem = $"index {Begin[entry]} of {extent} elements";
            return null;
        }
        first = Math.Clamp(first, low, high);
        long end;
        if ((EndMask & (1 << entry)) != 0)
            end = forward ? high : low;
        else
            end = Math.Clamp(EndIsOffset ? first + Math.Clamp(End[entry], int.MinValue, int.MaxValue) : FromEnd(End[entry], extent), low, high);
        var distance = forward ? end - first : first - end;
        var step = Math.Abs(stride);
        if (distance > 0)
            return ((int)first, (int)((distance + step - 1) / step));
        problem = $"[{Begin[entry]}:{End[entry]}:{stride}] of {extent} elements takes none";
        return null;
    }

    private static long FromEnd(long index, int extent) => index < 0 ? Math.Max(index, -extent - 1L) + extent : index;
}
