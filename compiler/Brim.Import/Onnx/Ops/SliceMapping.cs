using System.Collections.Immutable;
using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Import.Onnx.Ops;

/// <summary>Slice with constant bounds and steps, perhaps negative; before opset 10 the bounds are attributes.</summary>
internal sealed class SliceMapping() : NodeMapping("Slice", ["starts", "ends", "axes"])
{
    /// <inheritdoc/>
    public override CodeUse CodeUse => CodeUse.Moves;

    /// <inheritdoc/>
    public override void Map(NodeContext context)
    {
        if (!context.HasOperands(1, 5))
            return;
        var x = context.Input(0);
        var starts = context.InputCount > 1 ? context.Integers(1, "starts") : context.Ints("starts");
        var ends = context.InputCount > 2 ? context.Integers(2, "ends") : context.Ints("ends");
        if (starts is not { } first || ends is not { } last)
            return;
        var axes = context.Optional(3) is not null ? context.Integers(3, "axes") : context.Ints("axes") ?? [.. Enumerable.Range(0, first.Length).Select(d => (long)d)];
        var steps = context.Optional(4) is not null ? context.Integers(4, "steps") : [.. Enumerable.Repeat(1L, first.Length)];
        if (axes is not { } along || steps is not { } step)
            return;
        if (first.Length != last.Length || first.Length != along.Length || first.Length != step.Length || step.Any(s => s is 0 or < -ImportLimits.WindowSpan or > ImportLimits.WindowSpan))
        {
            context.Report(ImportDiagnostics.BadOperands, $"{first.Length} starts, {last.Length} ends, {along.Length} axes and {step.Length} steps (none of which may be 0)");
            return;
        }
        var (begin, strides, sizes) = (new int[x.Shape.Rank], Enumerable.Repeat(1, x.Shape.Rank).ToArray(), x.Shape.Dimensions.ToArray());
        for (var i = 0; i < first.Length; i++)
        {
            if (context.Axis(along[i], x.Shape.Rank) is not { } d)
                return;
            (begin[d], sizes[d]) = Bounds(first[i], last[i], step[i], x.Shape[d]);
            strides[d] = (int)step[i];
        }
        if (sizes.Contains(0))
        {
            context.Report(ImportDiagnostics.BadOperands, $"the slice of {x} [{x.Shape}] is empty");
            return;
        }
        Emit(context, x, begin, strides, sizes);
    }

    // Bounds are clamped as in Python: negative ones count from the end.
    private static (int Begin, int Size) Bounds(long start, long end, long step, int dimension)
    {
        start = Math.Clamp(start < 0 ? Math.Max(start, long.MinValue / 2) + dimension : start, step > 0 ? 0 : 0, step > 0 ? dimension : dimension - 1);
        end = Math.Clamp(end < 0 ? Math.Max(end, long.MinValue / 2) + dimension : end, step > 0 ? 0 : -1, dimension);
        var count = step > 0 ? (end - start + step - 1) / step : (start - end - step - 1) / -step;
        return ((int)Math.Max(start, 0), (int)Math.Max(count, 0));
    }

    private static void Emit(NodeContext context, OnnxValue x, int[] begin, int[] strides, int[] sizes)
    {
        if (x.Constant is { } constant)
        {
            var slice = new StridedSlice([.. begin], [.. strides], new Shape([.. sizes]), new Shape([.. sizes]));
            context.SetConstant(context.Session.Evaluate(slice, [constant], context.Location));
        }
        else if (x.Order == StorageOrder.ChannelsLast)
        {
            var shape = new Shape(Nhwc(sizes));
            context.SetChannelsLast(context.Add(new StridedSlice(Nhwc(begin), Nhwc(strides), shape, shape), x.Id));
        }
        else
        {
            var shape = new Shape([.. sizes]);
            context.SetPlain(context.Add(new StridedSlice([.. begin], [.. strides], shape, shape), context.Session.Plain(x, context.Location)));
        }
    }

    private static ImmutableArray<int> Nhwc(int[] nchw) => [nchw[0], nchw[2], nchw[3], nchw[1]];
}
