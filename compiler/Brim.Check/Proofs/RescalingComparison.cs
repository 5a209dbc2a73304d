namespace Brim.Check.Proofs;

/// <summary>Decides whether two rescalings agree on an interval. Both never decrease, so it is enough to compare where their codes change.</summary>
internal static class RescalingComparison
{
    /// <summary>The first sum at which they differ with both codes, or null.</summary>
    /// <param name="kernel">The kernel's code of a sum; null where its words overflow.</param>
    /// <param name="certified">The model's code of a sum.</param>
    /// <param name="low">First sum.</param>
    /// <param name="high">Last sum.</param>
    public static (long Sum, long? Kernel, long Certified)? FirstDifference(Func<long, long?> kernel, Func<long, long> certified, long low, long high)
    {
        // Codes never decrease in between where the ends are in order, which a negative multiplier would break.
        for (var at = low; ;)
        {
            var (own, model) = (kernel(at), certified(at));
            if (own != model)
                return (at, own, model);
            var end = Math.Min(Last(kernel, own, at, high), Last(x => certified(x), model, at, high));
            if (end >= high)
                return null;
            at = end + 1;
        }
    }

    /// <summary>The last sum with the code of the first.</summary>
    private static long Last(Func<long, long?> code, long? value, long low, long high)
    {
        while (low < high)
        {
            var middle = low + ((high - low + 1) / 2);
            if (code(middle) == value)
                low = middle;
            else
                high = middle - 1;
        }
        return low;
    }
}
