using System.Collections.Immutable;
using Brim.Core.IR;
using Brim.Import.TfLite;
using Brim.Testing;

namespace Brim.Import.Tests.TfLite;

/// <summary>Slices with all masks against a brute-force reading of numpy's rules, which walks indices instead of computing bounds.</summary>
public sealed class SliceBoundsTests
{
    [Fact]
    public void RandomSlicesSelectWhatNumpySelects()
    {
        var random = new SplitMix64(20240);
        var (taken, rejected) = (0, 0);
        for (var trial = 0; trial < 20000; trial++)
        {
            var shape = Shape.Create([.. Enumerable.Range(0, random.Between(1, 4)).Select(_ => random.Between(1, 5))]);
            var entries = random.Between(0, shape.Rank + 1);
            var bounds = new SliceBounds(
                [.. Enumerable.Range(0, entries).Select(_ => (long)random.Between(-7, 7))],
                [.. Enumerable.Range(0, entries).Select(_ => (long)random.Between(-7, 7))],
                [.. Enumerable.Range(0, entries).Select(_ => (long)random.Pick([1, 1, 1, 2, 3, -1, -2]))],
                random.Between(0, 31), random.Between(0, 31), random.OneIn(3) ? random.Pick([1, 2, 4, 8]) : 0,
                random.OneIn(3) ? random.Between(0, 31) : 0, random.OneIn(3) ? random.Between(0, 31) : 0, false);
            var expected = Numpy(bounds, shape);
            var slice = bounds.Resolve(shape, out var problem);
            if (expected is not { } e)
            {
                Assert.True(slice is null, $"{bounds} of [{shape}]");
                Assert.NotEqual("", problem);
                rejected++;
                continue;
            }
            Assert.True(slice is not null, $"{bounds} of [{shape}]: {problem}");
            Assert.Equal(e.Shape, slice.ResultShape);
            var elements = Selected(slice.Begin, slice.Strides, slice.SlicedShape, shape);
            Assert.True(e.Elements.SequenceEqual(elements), $"{bounds} begins {string.Join(',', bounds.Begin)} of [{shape}]: {string.Join(',', e.Elements)}, not {string.Join(',', elements)}");
            taken++;
        }
        Assert.True(taken > 3000 && rejected > 3000, $"{taken} taken, {rejected} rejected");
    }

    [Theory]
    [InlineData(4, 3, 2, 2)] // begin 1, three further elements in steps of 2: 1 and 3
    [InlineData(8, 100, 1, 7)]
    public void EndMayCountFromTheBegin(int extent, int end, int stride, int expected)
    {
        var bounds = new SliceBounds([1], [end], [stride], 0, 0, 0, 0, 0, true);
        Assert.Equal([expected], bounds.Resolve([extent], out _)!.ResultShape);
    }

    [Fact]
    public void ExtremeBoundsAreSafe()
    {
        foreach (var begin in new[] { long.MinValue, int.MinValue, -1, 0, int.MaxValue, long.MaxValue })
        {
            foreach (var end in new[] { long.MinValue, int.MinValue, -1, 0, int.MaxValue, long.MaxValue })
            {
                foreach (var stride in new[] { long.MinValue, int.MinValue, int.MinValue + 1, -1, 0, 1, int.MaxValue, long.MaxValue })
                {
                    foreach (var offset in new[] { false, true })
                    {
                        var slice = new SliceBounds([begin], [end], [stride], 0, 0, 0, 0, 0, offset).Resolve([5], out var problem);
                        Assert.Equal(slice is null, problem.Length > 0);
                        Assert.True(slice is null || slice.SlicedShape[0] is >= 1 and <= 5);
                    }
                }
            }
        }
    }

    // Positions of the selected elements in row-major order and the result's shape; null where numpy or TFLite rejects it or takes nothing.
    private static (Shape Shape, ImmutableArray<int> Elements)? Numpy(SliceBounds s, Shape shape)
    {
        var entries = s.Begin.Length;
        bool Has(int mask, int i) => (mask & (1 << i)) != 0;
        if (Enumerable.Range(0, entries).Count(i => Has(s.EllipsisMask, i)) > 1)
            return null;
        var consumed = Enumerable.Range(0, entries).Count(i => !Has(s.EllipsisMask, i) && !Has(s.NewAxisMask, i));
        if (consumed > shape.Rank)
            return null;
        // The specification as one list of python-like items.
        var items = new List<(string Kind, int Entry)>();
        for (var i = 0; i < entries; i++)
        {
            if (Has(s.EllipsisMask, i))
                items.AddRange(Enumerable.Repeat(("all", i), shape.Rank - consumed));
            else
                items.Add((Has(s.NewAxisMask, i) ? "new" : Has(s.ShrinkAxisMask, i) ? "index" : "slice", i));
        }
        while (items.Count(x => x.Kind != "new") < shape.Rank)
            items.Add(("all", -1));

        var perDimension = new List<int[]>();
        var result = new List<int>();
        foreach (var (kind, i) in items)
        {
            if (kind == "new")
            {
                result.Add(1);
                continue;
            }
            var extent = shape[perDimension.Count];
            int[] indices;
            if (kind == "all")
                indices = [.. Enumerable.Range(0, extent)];
            else if (kind == "index")
            {
                var index = Has(s.BeginMask, i) ? (s.Strides[i] > 0 ? 0 : extent - 1) : s.Begin[i] < 0 ? s.Begin[i] + extent : s.Begin[i];
                if (index < 0 || index >= extent)
                    return null;
                indices = [(int)index];
            }
            else
                indices = Walk(extent, Has(s.BeginMask, i) ? null : (int)s.Begin[i], Has(s.EndMask, i) ? null : (int)s.End[i], (int)s.Strides[i]);
            if (indices.Length == 0)
                return null;
            perDimension.Add(indices);
            if (kind != "index")
                result.Add(indices.Length);
        }
        var elements = new List<int> { 0 };
        for (var d = 0; d < perDimension.Count; d++)
            elements = [.. elements.SelectMany(e => perDimension[d].Select(i => (e * shape[d]) + i))];
        return (Shape.Create([.. result]), [.. elements]);
    }

    // Tries every index in order of the walk: taken if it is on a step from the first one and before the end.
    private static int[] Walk(int extent, int? begin, int? end, int stride)
    {
        var first = begin is { } b ? (b < 0 ? b + extent : b) : stride > 0 ? 0 : extent - 1;
        var last = end is { } e ? (e < 0 ? e + extent : e) : stride > 0 ? extent : -1;
        if (end is < 0 && last < 0)
            last = stride > 0 ? 0 : -1;
        first = stride > 0 ? Math.Max(first, 0) : Math.Min(first, extent - 1);
        var taken = new List<int>();
        for (var i = first; stride > 0 ? i < last : i > last; i += stride)
        {
            if (i >= 0 && i < extent)
                taken.Add(i);
        }
        return [.. taken];
    }

    private static ImmutableArray<int> Selected(ImmutableArray<int> begin, ImmutableArray<int> strides, Shape sliced, Shape shape)
    {
        var elements = new List<int> { 0 };
        for (var d = 0; d < shape.Rank; d++)
            elements = [.. elements.SelectMany(e => Enumerable.Range(0, sliced[d]).Select(i => (e * shape[d]) + begin[d] + (i * strides[d])))];
        return [.. elements];
    }
}
