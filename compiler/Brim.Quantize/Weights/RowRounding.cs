namespace Brim.Quantize.Weights;

/// <summary>Rounds the values of one output channel one after the other, within the grid and an optional constraint.</summary>
internal readonly struct RowRounding(IRowConstraint? constraint, double scale, int limit)
{
    /// <summary>The code of a real value at a column.</summary>
    public int Round(int column, double value, Random? random = null)
    {
        var z = value / scale;
        int min = -limit, max = limit;
        if (constraint is not null)
        {
            z = constraint.Shrink(column, z);
            var (low, high) = constraint.Allowed(column);
            min = Math.Max(min, low);
            max = Math.Min(max, high);
        }
        var rounded = random is null ? Math.Round(z) : Math.Floor(z + random.NextDouble());
        var code = (int)Math.Clamp(rounded, min, max);
        constraint?.Commit(column, code);
        return code;
    }
}
