namespace Brim.Core.IR.Ops;

/// <summary>Where the elements of one tensor lie in another, as row-major index lists. All data movement of the reference goes through them.</summary>
internal static class IndexMap
{
    /// <summary>offset + sum over dimensions of index * stride, for each element of a shape in row-major order.</summary>
    public static int[] Strided(Shape shape, ReadOnlySpan<long> strides, long offset = 0)
    {
        var map = new int[shape.ElementCount];
        if (map.Length == 0)
            return map;
        var index = new int[shape.Rank];
        var at = offset;
        for (var i = 0; ; i++)
        {
            map[i] = checked((int)at);
            var d = shape.Rank - 1;
            for (; d >= 0 && ++index[d] == shape[d]; d--)
            {
                at -= (index[d] - 1) * strides[d];
                index[d] = 0;
            }
            if (d < 0)
                return map;
            at += strides[d];
        }
    }

    /// <summary>The operand element that each element of a broadcast result reads.</summary>
    public static int[] Broadcast(Shape operand, Shape result)
    {
        var own = operand.Strides();
        var strides = new long[result.Rank];
        for (var i = 1; i <= operand.Rank; i++)
            strides[^i] = operand[-i] == 1 ? 0 : own[^i];
        return Strided(result, strides);
    }

    /// <summary>The group (row-major over the other dimensions) that each element belongs to when some dimensions are reduced.</summary>
    public static int[] Reduce(Shape operand, ReadOnlySpan<int> axes)
    {
        var strides = new long[operand.Rank];
        long step = 1;
        for (var d = operand.Rank - 1; d >= 0; d--)
        {
            if (axes.Contains(d))
                continue;
            strides[d] = step;
            step *= operand[d];
        }
        return Strided(operand, strides);
    }
}
